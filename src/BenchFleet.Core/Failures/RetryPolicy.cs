namespace BenchFleet.Core.Failures;

/// <summary>What happens to a work item after a failed attempt.</summary>
public abstract record RetryDecision
{
    private RetryDecision() { }

    /// <summary>Queue it again, not before <paramref name="Delay"/> has passed.</summary>
    public sealed record Again(TimeSpan Delay) : RetryDecision;

    public sealed record GiveUp : RetryDecision;
}

/// <summary>Pure over kind and attempt number: the same history always gives the same decision.</summary>
public static class RetryPolicy
{
    /// <summary>Attempts in which the device failed, a crash or a hang among them.</summary>
    public const int MaxDeviceAttempts = 3;

    /// <summary>Attempts lost to network, disk, server or a vanished agent.</summary>
    public const int MaxInfrastructureAttempts = 6;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);

    /// <param name="kind">Kind of the failure that ended attempt <paramref name="attempt"/>.</param>
    /// <param name="attempt">One-based number of the attempt that failed.</param>
    public static RetryDecision Decide(FailureKind kind, int attempt) => kind switch
    {
        FailureKind.User => new RetryDecision.GiveUp(),
        FailureKind.Device when attempt < MaxDeviceAttempts => new RetryDecision.Again(Backoff(TimeSpan.FromSeconds(2), attempt)),
        FailureKind.Infrastructure when attempt < MaxInfrastructureAttempts => new RetryDecision.Again(Backoff(TimeSpan.FromSeconds(1), attempt)),
        _ => new RetryDecision.GiveUp(),
    };

    private static TimeSpan Backoff(TimeSpan first, int attempt)
    {
        var delay = first * Math.Pow(2, attempt - 1);
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
