using BenchFleet.Storage.Retention;

namespace BenchFleet.Server.Retention;

/// <summary>Carries out the policy every hour or so. With nothing to delete it does nothing.</summary>
internal sealed partial class RetentionService(Pruning pruning, ServerOptions options, ILogger<RetentionService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Retention == RetentionPolicy.KeepAll) return;
        using var timer = new PeriodicTimer(options.Retention.Interval, options.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Prune(stoppingToken);
    }

    private async Task Prune(CancellationToken cancel)
    {
        try
        {
            var report = await pruning.Run(options.Retention, cancel);
            if (!report.IsNothing) LogPruned(report);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The boundary of the job: whatever it was, what could not be deleted now is deleted next time.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Its time was over: {Report}")]
    private partial void LogPruned(PruneReport report);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not everything whose time is over could be deleted; it is tried again.")]
    private partial void LogFault(Exception fault);
}
