using BenchFleet.Cluster.Membership;
using Microsoft.Extensions.Hosting;

namespace BenchFleet.Cluster.Hosting;

/// <summary>What has to be done before this node joins: the tables, and the entries of a cluster that is no more. Added before the silo, it
/// starts before it.</summary>
internal sealed class ClusterStart(ClusterSchema schema, ColdStart coldStart) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await schema.Apply(cancellationToken);
        await coldStart.Run(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
