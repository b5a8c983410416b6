using System.Collections.Immutable;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage.Fleet;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// What a node reads before it serves anybody. Agents that were at work when the last process ended knock as soon as somebody listens, all of
/// them at once: that is no time to find out one by one who they are.
/// </summary>
public sealed class Recall(FleetStore fleet, Sessions sessions, PoolRoutes routes, TimeProvider clock)
{
    /// <summary>Whoever has been silent for longer is looked up when he comes.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    /// <returns>The pools of these agents' devices.</returns>
    public async Task<ImmutableArray<PoolKey>> Run(CancellationToken cancel)
    {
        var present = await fleet.Present(clock.GetUtcNow() - Recent, cancel);
        foreach (var agent in present.DistinctBy(device => device.Agent)) sessions.Learn(agent.Agent, agent.Session);
        foreach (var device in present)
            if (device.Leased is var (work, attempt)) routes.Learn(work, attempt, device.Device);
        return [.. present.Select(device => routes.Learn(device.Device, device.DeviceClass)).Distinct()];
    }
}
