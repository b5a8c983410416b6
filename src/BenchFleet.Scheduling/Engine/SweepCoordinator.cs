using BenchFleet.Core.Sweeps;
using BenchFleet.Scheduling.Planning;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// Moves one sweep on: load, plan, apply, until the plan is empty. It keeps nothing between calls; the database is the truth and guards
/// every change by the version that it was planned from, so a second coordinator of the same sweep costs a wasted plan and no more.
/// </summary>
public sealed class SweepCoordinator(SweepStore sweeps, FleetStore fleet, Signals signals, TimeProvider clock)
{
    /// <summary>Far more than a sound plan needs to settle; beyond it the next call goes on.</summary>
    private const int MaxSteps = 64;

    /// <returns>False when the plan did not settle.</returns>
    public async Task<bool> Advance(Guid sweep, CancellationToken cancel)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            if (await sweeps.Load(sweep, cancel) is not { Sweep.State: SweepState.Running } snapshot) return true;
            var devices = (await fleet.ListDevices(cancel)).Select(device => new TargetDevice(device.Id, device.Name, device.Facts))
                .ToArray();
            var changes = SweepPlanner.Plan(snapshot, devices, clock.GetUtcNow());
            if (changes.IsEmpty) return true;

            // Superseded is no failure: somebody else moved it on, the next load sees where to.
            if (await sweeps.Apply(sweep, changes, clock.GetUtcNow(), cancel) == ApplyResult.Applied) Tell(sweep, changes);
        }

        return false;
    }

    private void Tell(Guid sweep, SweepChanges changes)
    {
        signals.SweepChanged(sweep);
        if (!changes.Work.IsEmpty) signals.Work.Fire();
    }
}
