using BenchFleet.Core.Work;

namespace BenchFleet.Storage.Work;

/// <param name="Attempt">One-based; the fencing token.</param>
/// <param name="Sweep">The oldest sweep that needs it.</param>
public sealed record WorkLease(Guid Work, int Attempt, Guid Device, Guid Sweep, string Label, WorkOrder Order, DateTimeOffset ExpiresAt);

/// <summary>What a lease holder says about its work.</summary>
/// <param name="Doing">One line for people.</param>
/// <param name="Fraction">0 to 1.</param>
public sealed record LeaseRenewal(Guid Work, int Attempt, string Doing, double Fraction);

/// <summary>An attempt that is not, or no longer, held.</summary>
public sealed record LostLease(Guid Work, int Attempt);

public enum CommitResult
{
    Committed,

    /// <summary>The same outcome of the same attempt was committed before.</summary>
    Already,

    /// <summary>The attempt was no longer the current one: the outcome is kept as late and does not count.</summary>
    Superseded,

    /// <summary>There is no such attempt of this session.</summary>
    NotFound,
}
