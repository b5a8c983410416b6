using BenchFleet.Cluster.Membership;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Hosting;

/// <summary>
/// Calls nodes dead that are surely gone: no heartbeat for a while by the database's clock, and nobody at their address. Nodes that probe each
/// other need more than half of the cluster to agree; when half of it is lost at once, what is left would go on asking the lost ones for ever.
/// A node that hangs still answers at its address, and is left to the probes.
/// </summary>
internal sealed partial class DeathWatch(
    MemberTable table, IClusterMembershipService membership, ILocalSiloDetails self, ColdStartTimes times, TimeProvider clock, ILogger<DeathWatch> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(times.Silence / 3, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
    }

    private async Task Look(CancellationToken cancel)
    {
        try
        {
            foreach (var member in (await table.NotDead(cancel)).Where(member => member.Silent > times.Silence))
            {
                var node = SiloAddress.New(member.Address, member.Generation);
                if (node.Equals(self.SiloAddress) || await Doorbell.Answers(member.Address, times.Answer, clock, cancel)) continue;
                if (await membership.TryKill(node)) LogBuried(member.Address.ToString());
            }
        }
#pragma warning disable CA1031 // A database that is away for a moment must not end the watch.
        catch (Exception fault) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node at {Address} is gone: no heartbeat, and nobody there.")]
    private partial void LogBuried(string address);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The members could not be looked at.")]
    private partial void LogFault(Exception fault);
}
