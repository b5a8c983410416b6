using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Why a launch stops collecting.</summary>
public enum StopReason
{
    /// <summary>Every target's interval is narrow enough.</summary>
    Precision,

    /// <summary>The largest count or the longest time is reached first.</summary>
    Budget,
}

/// <summary>What one checkpoint saw of one target; ranks and width are null where the sample is too small for an interval.</summary>
/// <param name="Count">Values seen.</param>
/// <param name="Ranks">Ranks of the order-statistic interval.</param>
/// <param name="Point">x_(ceil(n p)).</param>
/// <param name="RelativeHalfWidth">(upper - lower) / (2 point), or the batch-means half-width over the point once the values proved
/// dependent.</param>
/// <param name="FromBatchMeans">True when the width comes from batch means.</param>
public sealed record QuantileLook(int Count, QuantileRanks Ranks, double Point, double? RelativeHalfWidth, bool FromBatchMeans = false);

/// <summary>The answer of a <see cref="StoppingRule"/>: go on to the next checkpoint, or stop for a reason.</summary>
public abstract record StopDecision
{
    private StopDecision()
    {
    }

    /// <summary>What was seen, one per target; empty between checkpoints.</summary>
    public ImmutableArray<QuantileLook> Looks { get; init; } = [];

    /// <param name="NextCheckpoint">Asking again before this many values is pointless (but harmless).</param>
    public sealed record Continue(int NextCheckpoint) : StopDecision;

    public sealed record Stop(StopReason Reason) : StopDecision;
}
