namespace BenchFleet.Statistics;

/// <summary>Agreement of two orders, from -1 to 1; null where one of them has no order at all (all values equal).</summary>
public static class RankCorrelation
{
    /// <summary>Pearson correlation of average ranks.</summary>
    public static double? Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Require.SameLength(a.Length, b.Length, nameof(b));
        Require.NotEmpty(a);
        var (left, right) = (AverageRanks.Of(a), AverageRanks.Of(b));
        var mean = (a.Length + 1) / 2.0;
        double products = 0, leftSquares = 0, rightSquares = 0;
        for (var i = 0; i < left.Length; i++)
        {
            products += (left[i] - mean) * (right[i] - mean);
            leftSquares += (left[i] - mean) * (left[i] - mean);
            rightSquares += (right[i] - mean) * (right[i] - mean);
        }

        return leftSquares > 0 && rightSquares > 0 ? products / Math.Sqrt(leftSquares * rightSquares) : null;
    }

    /// <summary>Kendall's tau-b: concordant minus discordant pairs, over the geometric mean of the pairs untied in each list.</summary>
    public static double? KendallTauB(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Require.SameLength(a.Length, b.Length, nameof(b));
        double balance = 0, untiedA = 0, untiedB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = i + 1; j < a.Length; j++)
            {
                var (left, right) = (a[i].CompareTo(a[j]), b[i].CompareTo(b[j]));
                balance += left * right;
                untiedA += Math.Abs(left);
                untiedB += Math.Abs(right);
            }
        }

        return untiedA > 0 && untiedB > 0 ? balance / Math.Sqrt(untiedA * untiedB) : null;
    }
}
