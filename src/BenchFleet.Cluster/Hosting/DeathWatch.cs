using BenchFleet.Cluster.Membership;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Hosting;

/// <summary>
/// Calls nodes dead that are surely gone: no heartbeat for a while by the database's clock, and nobody at their address. Nodes that probe each
/// other need more than half of the cluster to agree; when half of it is lost at once, what is left would go on asking the lost ones for ever.
/// A node that hangs still answers at its address, and is left to the probes.
/// </summary>
internal sealed partial class DeathWatch(
    MemberTable table, IClusterMembershipService membership, ILocalSiloDetails self, ColdStartTimes times, TimeProvider clock, ILogger<DeathWatch> log)
    : NodeWatch(times.Silence / 3, clock, log)
{
    private readonly ColdStartTimes _times = times;
    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = log;

    protected override async Task Look(CancellationToken cancel)
    {
        foreach (var member in (await table.NotDead(cancel)).Where(member => member.Silent > _times.Silence))
        {
            var node = SiloAddress.New(member.Address, member.Generation);
            if (node.Equals(self.SiloAddress) || await Doorbell.Answers(member.Address, _times.Answer, _clock, cancel)) continue;
            if (await membership.TryKill(node)) LogBuried(member.Address.ToString());
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node at {Address} is gone: no heartbeat, and nobody there.")]
    private partial void LogBuried(string address);
}
