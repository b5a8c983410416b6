using BenchFleet.Cluster.Membership;
using Microsoft.Extensions.Hosting;

namespace BenchFleet.Cluster.Hosting;

/// <summary>What has to be done before this node joins: the tables, and the entries of a cluster that is no more. Added before the silo, it
/// starts before it. When the node stops, it goes on serving until whoever looks at its readiness has noticed.</summary>
internal sealed class ClusterStart(ClusterSchema schema, ColdStart coldStart, ClusterSettings settings, TimeProvider clock) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await schema.Apply(cancellationToken);
        await coldStart.Run(cancellationToken);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(settings.Drain, clock, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
