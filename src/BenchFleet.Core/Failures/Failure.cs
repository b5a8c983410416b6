namespace BenchFleet.Core.Failures;

/// <summary>Who has to act on a failure; decides the retry (see <see cref="RetryPolicy"/>).</summary>
public enum FailureKind
{
    /// <summary>The request itself: bad model, unsupported operator, dataset that does not fit. Never retried.</summary>
    User,

    /// <summary>The device: lost, throttled, out of memory, runner crashed or hung. Retried, elsewhere when there is an elsewhere.</summary>
    Device,

    /// <summary>Network, disk, server. Retried with backoff.</summary>
    Infrastructure,
}

/// <summary>Why an attempt failed, in one sentence that says what was wrong, where, and what would be right.</summary>
public sealed record Failure(FailureKind Kind, string Code, string Message);
