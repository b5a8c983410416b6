using System.Collections.Immutable;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Server.Devices;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Server.Sweeps;

/// <summary>A sweep as people see it: its state and how far it is.</summary>
internal sealed class SweepViews(SweepStore sweeps, FleetStore fleet, ServerOptions options)
{
    public async Task<SweepView?> Find(Guid sweep, CancellationToken cancel) =>
        await sweeps.Load(sweep, cancel) is { } snapshot ? View(snapshot, await fleet.ListDevices(cancel)) : null;

    private SweepView View(SweepSnapshot snapshot, ImmutableArray<StoredDevice> devices)
    {
        var sweep = snapshot.Sweep;
        return new SweepView(sweep.Id, sweep.Spec.Name, sweep.State, sweep.SubmittedAt, sweep.EndedAt, sweep.Spec,
            Progress(snapshot, devices), sweep.Failure);
    }

    private SweepProgress Progress(SweepSnapshot snapshot, ImmutableArray<StoredDevice> devices)
    {
        var effort = SweepEffort.Of(snapshot);
        return new SweepProgress(
            snapshot.Trials.Length,
            snapshot.Trials.Count(status => TrialTransitions.IsFinal(status.State)),
            snapshot.Trials.Count(status => status.State == TrialState.Failed),
            effort.LaunchesDone,
            effort.LaunchesDone + effort.LaunchesLeft,
            snapshot.Sweep.State == SweepState.Running ? effort.SecondsLeft(snapshot, options.Clock.GetUtcNow()) : 0,
            snapshot.Sweep.State == SweepState.Running ? Waiting(snapshot, devices) : null,
            [.. Doing(snapshot, devices)]);
    }

    private static IEnumerable<DeviceProgress> Doing(SweepSnapshot snapshot, ImmutableArray<StoredDevice> devices) =>
        from work in snapshot.Work
        where work.State == WorkState.Leased
        join device in devices on work.LeasedTo equals device.Id
        orderby device.Name
        select new DeviceProgress(device.Name, work.Doing ?? device.Doing ?? "starting");

    private string? Waiting(SweepSnapshot snapshot, ImmutableArray<StoredDevice> devices)
    {
        if (snapshot.Work.Any(work => work.State == WorkState.Leased)) return null;
        var targets = string.Join(" or ", snapshot.Sweep.Spec.Targets);
        if (snapshot.Trials.IsEmpty) return $"no device is known that is meant by '{targets}' and offers the sweep's providers";

        var wanted = snapshot.Trials.Select(status => status.Trial.Device).ToHashSet();
        var online = devices.Where(device => wanted.Contains(device.Id) && ListDevices.IsOnline(device, options)).ToArray();
        if (online.Length == 0) return $"no device of '{targets}' is online";
        var elsewhere = online.FirstOrDefault(device => device.Work is not null && device.Sweep != snapshot.Sweep.Id);
        return elsewhere is null ? null : $"{elsewhere.Name} is busy with another sweep";
    }
}
