using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>The linear combination of some features that is nearest to others, from their mean products: X = (C_kk + lambda I)^-1 C_kr.</summary>
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

        var kept = new double[sources.Length * sources.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            for (var j = 0; j <= i; j++)
                kept[i * sources.Length + j] = covariance[sources[i] * size + sources[j]] + (i == j ? Ridge * mean : 0);
        }

        if (!Cholesky.Factor(kept, sources.Length)) return null;
        return Array.ConvertAll(targets, target =>
        {
            var row = Array.ConvertAll(sources, source => covariance[source * size + target]);
            Cholesky.Solve(kept, sources.Length, row);
            return row;
        });
    }
}
