using System.Data.Common;
using BenchFleet.Storage;

namespace BenchFleet.Server;

/// <summary>Keeps the time of the nodes that share a database together: reads its clock before anything else looks at the time, and every minute.</summary>
internal sealed partial class ClockKeeper(Database database, DatabaseClock clock, ILogger<ClockKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await clock.Read(database, cancellationToken);
        Notice();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await ReadIfItAnswers(stoppingToken);
            Notice();
        }
    }

    /// <summary>While the database is away, time goes on from the last reading.</summary>
    private async Task ReadIfItAnswers(CancellationToken cancel)
    {
        try
        {
            await clock.Read(database, cancel);
        }
        catch (DbException fault)
        {
            LogAway(fault.Message);
        }
    }

    private void Notice()
    {
        if (clock.OwnAhead.Duration() >= Noticeable) LogWrong((int)clock.OwnAhead.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This machine's clock is {Seconds} s ahead of the database's, which is the one that counts.")]
    private partial void LogWrong(int seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database's clock could not be read: {Reason}")]
    private partial void LogAway(string reason);
}
