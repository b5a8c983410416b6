namespace BenchFleet.Storage;

/// <summary>
/// The time of the database that several nodes share: what one of them writes as "not before" another one compares, and neither may know
/// that a node's own clock is wrong. Between two readings time goes on by the node's steady clock; before the first it is the node's own.
/// </summary>
public sealed class DatabaseClock(TimeProvider own) : TimeProvider
{
    private volatile Reading? _last;

    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    public override long TimestampFrequency => own.TimestampFrequency;

    /// <summary>How far the node's own clock is ahead.</summary>
    public TimeSpan OwnAhead => own.GetUtcNow() - GetUtcNow();

    public override long GetTimestamp() => own.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _last is { } last ? last.Now + own.GetElapsedTime(last.At) : own.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        own.CreateTimer(callback, state, dueTime, period);

    /// <summary>Reads the database's clock; whatever the answer took is split evenly between the two ways.</summary>
    public async Task Read(Database database, CancellationToken cancel)
    {
        var asked = own.GetTimestamp();
        if (await database.Now(cancel) is not { } now) return;
        var half = (own.GetTimestamp() - asked) / 2;
        _last = new Reading(now, asked + half);
    }

    private sealed record Reading(DateTimeOffset Now, long At);
}
