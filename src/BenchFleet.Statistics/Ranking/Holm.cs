namespace BenchFleet.Statistics;

/// <summary>Holm's step-down correction: controls the chance of any false rejection without assuming independence.</summary>
public static class Holm
{
    /// <summary>True at each index whose hypothesis is rejected at the family-wise level alpha.</summary>
    public static bool[] Rejected(ReadOnlySpan<double> pValues, double alpha = 0.05)
    {
        Require.Probability(alpha);
        var sorted = pValues.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);

        var rejected = new bool[sorted.Length];
        for (var i = 0; i < sorted.Length && sorted[i] <= alpha / (sorted.Length - i); i++) rejected[order[i]] = true;
        return rejected;
    }
}
