using BenchFleet.Core.Sweeps;
using BenchFleet.Scheduling.Planning;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Scheduling.Engine;

/// <summary>What advancing a sweep brought, for its host to act on.</summary>
/// <param name="Settled">False when the plan did not settle: try again later.</param>
/// <param name="NewWork">There may be work for somebody.</param>
/// <param name="Dropped">Work that may be leased was cancelled.</param>
public sealed record SweepStep(bool Settled, bool NewWork, bool Dropped);

/// <summary>
/// Moves one sweep on: load, plan, apply, until the plan is empty. It keeps nothing between calls; the database is the truth and guards
/// every change by the version that it was planned from, so a second coordinator of the same sweep costs a wasted plan and no more.
/// </summary>
public sealed class SweepCoordinator(SweepStore sweeps, FleetStore fleet, Signals signals, TimeProvider clock)
{
    /// <summary>Far more than a sound plan needs to settle; beyond it the next call goes on.</summary>
    private const int MaxSteps = 64;

    public async Task<SweepStep> Advance(Guid sweep, CancellationToken cancel)
    {
        var done = new SweepStep(Settled: true, NewWork: false, Dropped: false);
        for (var step = 0; step < MaxSteps; step++)
        {
            if (await sweeps.Load(sweep, cancel) is not { Sweep.State: SweepState.Running } snapshot) return done;
            var devices = (await fleet.ListDevices(cancel)).Select(device => new TargetDevice(device.Id, device.Name, device.Facts))
                .ToArray();
            var changes = SweepPlanner.Plan(snapshot, devices, clock.GetUtcNow());
            if (changes.IsEmpty) return done;

            // Superseded is no failure: somebody else moved it on, the next load sees where to.
            if (await sweeps.Apply(sweep, changes, clock.GetUtcNow(), cancel) == ApplyResult.Applied)
            {
                signals.SweepChanged(sweep);
                done = done with
                {
                    NewWork = done.NewWork || !changes.Work.IsEmpty,
                    Dropped = done.Dropped || !changes.Cancelled.IsEmpty || changes.State is not null,
                };
            }
        }

        return done with { Settled = false };
    }
}
