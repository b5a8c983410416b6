using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>
/// A confirmed change: the first index of the new level, Welch's p, and the relative change of the median (positive = larger values).
/// </summary>
public sealed record ChangePoint(int Index, double P, double RelativeChange);

/// <summary>
/// Change points of a series: E-divisive splits confirmed by Welch's test instead of permutations, so the answer is deterministic.
/// </summary>
/// <remarks>
/// Fleming et al., "Hunter" (ICPE 2023, now Apache Otava): a first pass at ten times the p threshold finds weak points too; then the
/// weakest is dropped until all have p below the threshold and a large enough magnitude. The magnitude here compares medians, so one spike
/// cannot carry it.
/// </remarks>
public sealed record ChangePoints
{
    private const double FirstPassFactor = 10;

    /// <summary>Values on each side of a change, at least.</summary>
    public int LeastSegment { get; init; } = 5;

    public double Significance { get; init; } = 0.001;

    /// <summary>Smaller relative changes are ignored; never below the device's noise floor.</summary>
    public double LeastChange { get; init; } = 0.02;

    /// <summary>For long histories: search windows of this many points, stepping by half; null searches the whole series at once.</summary>
    public int? Window { get; init; }

    public ImmutableArray<ChangePoint> Find(ReadOnlySpan<double> series)
    {
        var found = new SortedSet<int>();
        if (Window is { } window && window < series.Length)
        {
            for (var start = 0; start < series.Length - window / 2; start += Math.Max(1, window / 2))
                Search(series, start, Math.Min(series.Length, start + window), found);
        }
        else
        {
            Search(series, 0, series.Length, found);
        }

        return Confirm(series, [.. found]);
    }

    private void Search(ReadOnlySpan<double> series, int from, int to, SortedSet<int> found)
    {
        var part = series[from..to];
        if (EDivisive.BestSplit(part, LeastSegment) is not { } split) return;
        if (!(WelchTest.Of(part[..split.Index], part[split.Index..]).P < FirstPassFactor * Significance)) return;
        found.Add(from + split.Index);
        Search(series, from, from + split.Index, found);
        Search(series, from + split.Index, to, found);
    }

    private ImmutableArray<ChangePoint> Confirm(ReadOnlySpan<double> series, List<int> indices)
    {
        while (true)
        {
            var points = new List<ChangePoint>(indices.Count);
            for (var i = 0; i < indices.Count; i++)
                points.Add(Measure(series, i == 0 ? 0 : indices[i - 1], indices[i], i + 1 < indices.Count ? indices[i + 1] : series.Length));
            var weakest = points.Where(IsWeak).OrderByDescending(point => point.P).ThenBy(point => Math.Abs(point.RelativeChange)).FirstOrDefault();
            if (weakest is null) return [.. points];
            indices.Remove(weakest.Index);
        }
    }

    private static ChangePoint Measure(ReadOnlySpan<double> series, int from, int at, int to)
    {
        var before = Moments.Median(series[from..at]);
        var after = Moments.Median(series[at..to]);
        return new ChangePoint(at, WelchTest.Of(series[from..at], series[at..to]).P, (after - before) / Math.Abs(before));
    }

    private bool IsWeak(ChangePoint point) => !(point.P < Significance && Math.Abs(point.RelativeChange) > LeastChange);
}
