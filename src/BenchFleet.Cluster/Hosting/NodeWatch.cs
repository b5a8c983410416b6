using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Hosting;

/// <summary>Looks at the cluster again and again, as long as the node runs. A look that fails is made up for by the next one.</summary>
internal abstract partial class NodeWatch(TimeSpan period, TimeProvider clock, ILogger log) : BackgroundService
{
    protected abstract Task Look(CancellationToken cancel);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Guarded(stoppingToken);
    }

    private async Task Guarded(CancellationToken cancel)
    {
        try
        {
            await Look(cancel);
        }
#pragma warning disable CA1031 // A database or a node that is away for a moment must not end the watch.
        catch (Exception fault) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The cluster could not be looked at.")]
    private partial void LogFault(Exception fault);
}
