namespace BenchFleet.Statistics;

/// <summary>
/// One-based ranks whose order statistics enclose a quantile: Lower = max{ j : P[B &lt;= j-1] &lt;= a/2 }, Upper = min{ j : P[B &gt;= j]
/// &lt;= a/2 }, B ~ Binomial(n, p); null where no such rank exists. Coverage is P[Lower &lt;= B &lt;= Upper-1] with a missing end left
/// open.
/// </summary>
public readonly record struct QuantileRanks(int? Lower, int? Upper, double Coverage)
{
    public static QuantileRanks For(int n, double p, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        Require.Probability(p);
        Require.Probability(confidence);
        var tail = (1 - confidence) / 2;

        var below = FirstWhere(1, n + 1, j => Binomial.AtMost(j - 1, n, p) > tail) - 1;
        var above = FirstWhere(1, n + 1, j => Binomial.AtLeast(j, n, p) <= tail);
        int? lower = below >= 1 ? below : null;
        int? upper = above <= n ? above : null;
        var coverage = 1 - Binomial.AtMost((lower ?? 0) - 1, n, p) - (upper is { } u ? Binomial.AtLeast(u, n, p) : 0);
        return new QuantileRanks(lower, upper, coverage);
    }

    private static int FirstWhere(int from, int to, Func<int, bool> holds)
    {
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            if (holds(middle)) to = middle;
            else from = middle + 1;
        }

        return from;
    }
}

/// <summary>A distribution-free confidence interval of a quantile: two order statistics and the exact coverage they have.</summary>
public sealed record QuantileInterval(double Lower, double Upper, int LowerRank, int UpperRank, double Coverage)
{
    /// <summary>
    /// Null when the sample is too small for the quantile (see <see cref="Quantile.MinimumCount"/>). Assumes independent values.
    /// </summary>
    public static QuantileInterval? TryCompute(ReadOnlySpan<double> sorted, double p, double confidence = 0.95)
    {
        if (sorted.IsEmpty) return null;
        var ranks = QuantileRanks.For(sorted.Length, p, confidence);
        return ranks is { Lower: { } lower, Upper: { } upper }
            ? new QuantileInterval(sorted[lower - 1], sorted[upper - 1], lower, upper, ranks.Coverage)
            : null;
    }
}
