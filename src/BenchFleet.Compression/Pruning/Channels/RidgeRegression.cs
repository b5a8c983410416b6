namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>
/// The linear combination of some features that is nearest to others, from their mean products: X = (C_kk + lambda I)^-1 C_kr, by Cholesky in
/// double and in order, so that the same sums give the same bits on every processor.
/// </summary>
internal static class RidgeRegression
{
    /// <summary>Of the mean variance: enough to keep features apart that are nearly the same, too little to matter otherwise.</summary>
    private const double Ridge = 1e-3;

    /// <param name="covariance">Of all features, row-major.</param>
    /// <returns>One row for each of <paramref name="targets"/>, one column for each of <paramref name="sources"/>; null for degenerate sums.</returns>
    public static double[][]? Solve(double[] covariance, int size, int[] sources, int[] targets)
    {
        var mean = sources.Sum(s => covariance[s * size + s]) / sources.Length;
        if (!(mean > 0) || !double.IsFinite(mean)) return null;
        var lower = new double[sources.Length][];
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var value = covariance[sources[i] * size + sources[j]] + (i == j ? Ridge * mean : 0) - Dot(lower[i], lower[j], j);
                if (i != j) lower[i][j] = value / lower[j][j];
                else if (value > 0) lower[i][i] = Math.Sqrt(value);
                else return null;
            }
        }

        return Array.ConvertAll(targets, target => Substituted(lower, Array.ConvertAll(sources, source => covariance[source * size + target])));
    }

    private static double[] Substituted(double[][] lower, double[] right)
    {
        for (var i = 0; i < right.Length; i++)
            right[i] = (right[i] - Dot(lower[i], right, i)) / lower[i][i];
        for (var i = right.Length - 1; i >= 0; i--)
        {
            right[i] /= lower[i][i];
            for (var j = 0; j < i; j++)
                right[j] -= lower[i][j] * right[i];
        }

        return right;
    }

    private static double Dot(double[] a, double[] b, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
