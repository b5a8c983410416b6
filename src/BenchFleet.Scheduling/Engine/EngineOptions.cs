namespace BenchFleet.Scheduling.Engine;

/// <param name="Lease">A lease lasts this long unless it is renewed. Default 30 s.</param>
/// <param name="Heartbeat">How often agents are asked to renew. Default 5 s, so that a few may be lost.</param>
/// <param name="Rescue">How often expired leases are looked for. Default 2 s.</param>
/// <param name="Replan">How often every running sweep is planned again whether or not something was heard: hints may be lost.
/// Default 15 s.</param>
/// <param name="Reask">How often a parked lease request asks again without a signal: work may have been made by another node.
/// Default 3 s.</param>
/// <param name="ShardsPerClass">Pool shards of each device class; the same on every node, and changed only while all are stopped.
/// Default 1; about one for 1,000 devices of a class.</param>
public sealed record EngineOptions(TimeSpan Lease, TimeSpan Heartbeat, TimeSpan Rescue, TimeSpan Replan, TimeSpan Reask, int ShardsPerClass = 1)
{
    public static EngineOptions Default { get; } = new(
        Lease: TimeSpan.FromSeconds(30),
        Heartbeat: TimeSpan.FromSeconds(5),
        Rescue: TimeSpan.FromSeconds(2),
        Replan: TimeSpan.FromSeconds(15),
        Reask: TimeSpan.FromSeconds(3));
}
