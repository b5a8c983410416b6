using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>What a channel is worth.</summary>
public enum Importance
{
    /// <summary>Sum of |w| of its filter (Li et al., Pruning Filters for Efficient ConvNets, 2017).</summary>
    L1,

    /// <summary>Euclidean norm of its filter.</summary>
    L2,

    /// <summary>|gamma| of its BatchNormalization (Liu et al., Network Slimming, 2017).</summary>
    Bn,

    /// <summary>How seldom its activation is zero (Hu et al., Network Trimming, 2016).</summary>
    Apoz,

    /// <summary>Distance of its filter from the others of the layer (He et al., Geometric Median, CVPR 2019).</summary>
    Median,

    /// <summary>Sum of |w| x norm of the input it meets (Sun et al., Wanda, 2024).</summary>
    Wanda,

    /// <summary>|sum of gradient x weight| (Molchanov et al., Importance Estimation, CVPR 2019).</summary>
    Taylor,
}

/// <summary>The gradient of a loss with respect to a constant, by its name and in its layout; null where there is none.</summary>
public delegate float[]? WeightGradients(string weight);

/// <summary>Scores of the filters of one layer, summed in double and in order, so that they are the same on every processor.</summary>
internal static class FilterScores
{
    public static Importance Named(string word) => Enum.Parse<Importance>(word, ignoreCase: true);

    public static string Word(Importance importance) => importance.ToString().ToLowerInvariant();

    public static double[] Absolute(FilterMatrix filters) => Each(filters, filter =>
    {
        var sum = 0.0;
        foreach (var weight in filter)
            sum += Math.Abs((double)weight);
        return sum;
    });

    public static double[] Euclidean(FilterMatrix filters) => Each(filters, filter => Math.Sqrt(Dot(filter, filter)));

    /// <summary>Sum of the distances to all filters: the one nearest to the geometric median says the least that others do not.</summary>
    public static double[] Distances(FilterMatrix filters)
    {
        var sums = new double[filters.Count];
        for (var i = 0; i < filters.Count; i++)
        {
            for (var j = i + 1; j < filters.Count; j++)
            {
                var distance = Distance(filters[i], filters[j]);
                sums[i] += distance;
                sums[j] += distance;
            }
        }

        return sums;
    }

    /// <summary>Null where the inputs seen are not those of the layer.</summary>
    public static double[]? WithInputs(FilterMatrix filters, int groups, FeatureSums inputs)
    {
        var reads = filters.Length / filters.Taps;
        if (inputs.Count != reads * groups) return null;
        var norms = Array.ConvertAll(inputs.SquareSum, Math.Sqrt);
        var scores = new double[filters.Count];
        for (var f = 0; f < filters.Count; f++)
        {
            var first = f / (filters.Count / groups) * reads;
            var filter = filters[f];
            for (var i = 0; i < filter.Length; i++)
                scores[f] += Math.Abs((double)filter[i]) * norms[first + i / filters.Taps];
        }

        return scores;
    }

    public static double[] WithGradients(FilterMatrix filters, FilterMatrix gradients) =>
        [.. Enumerable.Range(0, filters.Count).Select(f => Math.Abs(Dot(filters[f], gradients[f])))];

    private static double[] Each(FilterMatrix filters, Func<ReadOnlySpan<float>, double> score)
    {
        var scores = new double[filters.Count];
        for (var f = 0; f < scores.Length; f++)
            scores[f] = score(filters[f]);
        return scores;
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var apart = (double)a[i] - b[i];
            sum += apart * apart;
        }

        return Math.Sqrt(sum);
    }
}
