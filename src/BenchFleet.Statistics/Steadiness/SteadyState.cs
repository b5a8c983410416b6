using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>How a launch's latencies developed after warm-up.</summary>
public enum SteadyShape
{
    /// <summary>One level throughout.</summary>
    Flat,

    /// <summary>The last level is the fastest (within 2 %) and begins in the first half: what lies before it was still warm-up.</summary>
    Warmup,

    /// <summary>
    /// The last level is more than 2 % slower than the best one: heat or memory; the last is "sustained", the best "burst".
    /// </summary>
    Slowdown,

    /// <summary>The last level begins too late to be trusted, or levels keep alternating: not rankable.</summary>
    Unstable,
}

/// <summary>A stretch of a series on one level; End is exclusive.</summary>
public readonly record struct Segment(int Start, int End, double Median);

/// <summary>Shape of a series, where its steady part begins, and the medians to report.</summary>
/// <param name="Shape">The classification.</param>
/// <param name="SteadyStart">Index of the first value to keep: 0 unless values before it belong to warm-up or to a burst.</param>
/// <param name="Sustained">Median of the last segment.</param>
/// <param name="Burst">Median of the fastest segment; equal to Sustained unless the shape is a slowdown.</param>
/// <param name="Segments">All segments in time order.</param>
public sealed record SteadyStateResult(SteadyShape Shape, int SteadyStart, double Sustained, double Burst, ImmutableArray<Segment> Segments);

/// <summary>Classifies instead of assuming a steady state, by change points with segments of at least a tenth of the series.</summary>
/// <remarks>
/// Barrett et al. (OOPSLA 2017) found a steady peak in every process for at most 43.5 % of pairs of virtual machine and benchmark. A series
/// whose last level is the fastest but begins in the second half is called unstable: it may still be warming up, and more iterations settle
/// it.
/// </remarks>
public static class SteadyState
{
    private const double Tolerance = 0.02;
    private const int LeastValues = 20;

    /// <summary>Fewer than 20 values are called flat: nothing can be shown.</summary>
    public static SteadyStateResult Classify(ReadOnlySpan<double> series)
    {
        Require.NotEmpty(series);
        var segments = SegmentsOf(series);
        var last = segments[^1];
        var burst = segments.Min(segment => segment.Median);
        var shape = ShapeOf(segments, series.Length, burst);
        var keepFrom = shape is SteadyShape.Warmup or SteadyShape.Slowdown ? last.Start : 0;
        return new SteadyStateResult(shape, keepFrom, last.Median, shape == SteadyShape.Slowdown ? burst : last.Median, segments);
    }

    private static SteadyShape ShapeOf(ImmutableArray<Segment> segments, int n, double burst)
    {
        if (segments.Length == 1) return SteadyShape.Flat;
        var last = segments[^1];
        if (last.Start >= 0.75 * n || KeepsAlternating(segments)) return SteadyShape.Unstable;
        if (last.Median > burst * (1 + Tolerance)) return SteadyShape.Slowdown;
        return last.Start < 0.5 * n ? SteadyShape.Warmup : SteadyShape.Unstable;
    }

    // Three changes in a row with opposite directions: up, down, up or the reverse.
    private static bool KeepsAlternating(ImmutableArray<Segment> segments)
    {
        var reversals = 0;
        for (var i = 2; i < segments.Length; i++)
        {
            var before = segments[i - 1].Median - segments[i - 2].Median;
            var after = segments[i].Median - segments[i - 1].Median;
            if (before * after < 0) reversals++;
        }

        return reversals >= 2;
    }

    private static ImmutableArray<Segment> SegmentsOf(ReadOnlySpan<double> series)
    {
        ImmutableArray<ChangePoint> changes = [];
        if (series.Length >= LeastValues)
            changes = new ChangePoints { LeastSegment = Math.Max(5, series.Length / 10), LeastChange = Tolerance }.Find(series);
        var segments = ImmutableArray.CreateBuilder<Segment>();
        var start = 0;
        foreach (var end in changes.Select(change => change.Index).Append(series.Length))
        {
            segments.Add(new Segment(start, end, Moments.Median(series[start..end])));
            start = end;
        }

        return segments.ToImmutable();
    }
}
