using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>A quantile and how well it must be known: the half-width of its interval relative to its value, 0.02 = +-2 %.</summary>
public readonly record struct QuantileTarget(double Quantile, double RelativeHalfWidth);

/// <summary>
/// When one launch has enough values: the relative half-width of the order-statistic interval, looked at only on the grid n0, ceil(g n0),
/// ... Looking after every value would cut the true coverage of a 95 % interval to about 91 %.
/// </summary>
/// <remarks>
/// A pure function of the values so far and the elapsed time. At a stopping checkpoint two guards may still say "go on": lag-1
/// autocorrelation above 0.2 makes the width be judged by batch means (at least 10 batches of at least 10), and an unstable series never
/// stops for precision.
/// </remarks>
public sealed record StoppingRule
{
    private const int LeastBatches = 10;
    private const int MostBatches = 20;
    private const int LeastBatchSize = 10;

    /// <summary>All of them must be met.</summary>
    public required ImmutableArray<QuantileTarget> Targets { get; init; }

    /// <summary>n0: 50 for a median, 100 where a p90 is wanted.</summary>
    public int FirstCheckpoint { get; init; } = 50;

    /// <summary>Each checkpoint is the last one times this, rounded up; above 1, default 1.5.</summary>
    public double Growth { get; init; } = 1.5;

    /// <summary>The last checkpoint.</summary>
    public int MaximumCount { get; init; } = 20_000;

    /// <summary>Nothing stops for precision before this, default 1 s: shorter than that even a stable clock speed is luck.</summary>
    public TimeSpan MinimumElapsed { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaximumElapsed { get; init; } = TimeSpan.FromSeconds(60);

    public double Confidence { get; init; } = 0.95;

    /// <summary>Lag-1 autocorrelation above which batch means judge the width; 1 trusts every series to be independent.</summary>
    public double DependenceLimit { get; init; } = 0.2;

    /// <summary>False lets an unstable series stop for precision; only for series known to be stationary.</summary>
    public bool RefuseUnstable { get; init; } = true;

    /// <summary>Screening in a sweep: p50 to 5 %.</summary>
    public static StoppingRule Screen { get; } = new() { Targets = [new(0.5, 0.05)], MaximumElapsed = TimeSpan.FromSeconds(5) };

    /// <summary>Leaderboards: p50 and p90 to 2 %.</summary>
    public static StoppingRule Rank { get; } = new() { Targets = [new(0.5, 0.02), new(0.9, 0.02)], FirstCheckpoint = 100 };

    /// <summary>Published claims: p50 to 1 %, p99 to 2 %, and MLPerf's floor of 662 queries.</summary>
    public static StoppingRule Certify { get; } = new()
    {
        Targets = [new(0.5, 0.01), new(0.99, 0.02)],
        FirstCheckpoint = 662,
        MaximumCount = 100_000,
        MaximumElapsed = TimeSpan.FromMinutes(10),
    };

    /// <param name="ns">Latencies in time order, warm-up excluded.</param>
    /// <param name="elapsed">Time since the first of them began.</param>
    public StopDecision Decide(ReadOnlySpan<double> ns, TimeSpan elapsed)
    {
        var spent = ns.Length >= MaximumCount || elapsed >= MaximumElapsed;
        if (!IsCheckpoint(ns.Length) || elapsed < MinimumElapsed)
            return spent ? new StopDecision.Stop(StopReason.Budget) : new StopDecision.Continue(NextCheckpoint(ns.Length));

        var looks = LookAt(ns);
        if (looks.Zip(Targets).All(pair => pair.First.RelativeHalfWidth <= pair.Second.RelativeHalfWidth)
            && !(RefuseUnstable && SteadyState.Classify(ns).Shape == SteadyShape.Unstable))
            return new StopDecision.Stop(StopReason.Precision) { Looks = looks };
        return spent
            ? new StopDecision.Stop(StopReason.Budget) { Looks = looks }
            : new StopDecision.Continue(NextCheckpoint(ns.Length)) { Looks = looks };
    }

    /// <summary>The first checkpoint above this count.</summary>
    public int NextCheckpoint(int count)
    {
        var checkpoint = FirstCheckpoint;
        while (checkpoint <= count) checkpoint = After(checkpoint);
        return Math.Min(checkpoint, Math.Max(MaximumCount, count));
    }

    public bool IsCheckpoint(int count)
    {
        if (count == MaximumCount) return true;
        var checkpoint = FirstCheckpoint;
        while (checkpoint < count) checkpoint = After(checkpoint);
        return checkpoint == count && count < MaximumCount;
    }

    private int After(int checkpoint) => Math.Max(checkpoint + 1, (int)Math.Ceiling(Growth * checkpoint - 1e-9));

    private ImmutableArray<QuantileLook> LookAt(ReadOnlySpan<double> ns)
    {
        var sorted = Moments.Sorted(ns);
        var looks = ImmutableArray.CreateBuilder<QuantileLook>(Targets.Length);
        double? dependence = null;
        foreach (var target in Targets)
        {
            var look = ByOrderStatistics(sorted, target);
            if (look.RelativeHalfWidth <= target.RelativeHalfWidth && (dependence ??= Autocorrelation.Lag1(ns)) > DependenceLimit)
                look = look with { RelativeHalfWidth = ByBatches(ns, target, look.Point), FromBatchMeans = true };
            looks.Add(look);
        }

        return looks.MoveToImmutable();
    }

    private QuantileLook ByOrderStatistics(double[] sorted, QuantileTarget target)
    {
        var ranks = QuantileRanks.For(sorted.Length, target.Quantile, Confidence);
        var point = Quantile.OrderStatistic(sorted, target.Quantile);
        double? width = ranks is { Lower: { } lower, Upper: { } upper } ? (sorted[upper - 1] - sorted[lower - 1]) / (2 * point) : null;
        return new QuantileLook(sorted.Length, ranks, point, width);
    }

    // Each batch gives its own quantile; their t interval is honest as long as batches are longer than the dependence.
    private double? ByBatches(ReadOnlySpan<double> ns, QuantileTarget target, double point)
    {
        if (ns.Length < LeastBatches * LeastBatchSize) return null;
        var batches = Math.Min(MostBatches, ns.Length / LeastBatchSize);
        var size = ns.Length / batches;
        var quantiles = new double[batches];
        for (var i = 0; i < batches; i++)
            quantiles[i] = Quantile.OrderStatistic(Moments.Sorted(ns.Slice(i * size, size)), target.Quantile);
        return MeanInterval.Of(quantiles, Confidence).HalfWidth / point;
    }
}
