namespace BenchFleet.Statistics;

/// <summary>Ranks from 1 in ascending order; equal values share the mean of the ranks they cover.</summary>
public static class AverageRanks
{
    public static double[] Of(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);

        var ranks = new double[values.Length];
        for (var first = 0; first < sorted.Length;)
        {
            var next = first + 1;
            while (next < sorted.Length && sorted[next] == sorted[first]) next++;
            for (var i = first; i < next; i++) ranks[order[i]] = (first + 1 + next) / 2.0;
            first = next;
        }

        return ranks;
    }

    /// <summary>Sum of t^3 - t over groups of t equal values: the usual tie correction.</summary>
    internal static double TieTerm(ReadOnlySpan<double> values)
    {
        var sorted = Moments.Sorted(values);
        var sum = 0.0;
        for (var first = 0; first < sorted.Length;)
        {
            var next = first + 1;
            while (next < sorted.Length && sorted[next] == sorted[first]) next++;
            double t = next - first;
            sum += t * t * t - t;
            first = next;
        }

        return sum;
    }
}
