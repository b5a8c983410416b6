using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>
/// Which few candidates to measure on a new device so that they tell most about all others: a greedy D-optimal choice on the latent factors
/// of the known devices.
/// </summary>
/// <remarks>
/// Each step takes the candidate with the largest l' A^-1 l, l its factor loadings and A the information so far (plus a small ridge), which
/// multiplies det A most. Factors come from the devices' own covariance, because devices are few and candidates many.
/// </remarks>
public static class ProbeDesign
{
    private const int MostFactors = 8;
    private const double Ridge = 1e-6;

    /// <param name="known">Log ratios, rows candidates, columns devices; NaN counts as the candidate's mean.</param>
    /// <param name="count">Probes wanted; 8 is usual.</param>
    /// <param name="eligible">Candidates that may serve; null for all.</param>
    /// <returns>Candidate indices in the order chosen; fewer than asked when fewer are eligible.</returns>
    public static ImmutableArray<int> Choose(IReadOnlyList<double[]> known, int count, IReadOnlyList<bool>? eligible = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (known.Count == 0 || known[0].Length == 0)
            throw new ArgumentException("At least one candidate on one known device is needed.", nameof(known));
        var loadings = Loadings(known);
        var factors = loadings[0].Length;
        var inverse = new double[factors, factors];
        for (var i = 0; i < factors; i++) inverse[i, i] = 1 / Ridge;

        var open = Enumerable.Range(0, known.Count).Where(candidate => eligible is null || eligible[candidate]).ToList();
        var chosen = ImmutableArray.CreateBuilder<int>();
        while (chosen.Count < count && open.Count > 0)
        {
            var best = open.MaxBy(candidate => Quadratic(inverse, loadings[candidate]));
            chosen.Add(best);
            open.Remove(best);
            AddInformation(inverse, loadings[best]);
        }

        return chosen.ToImmutable();
    }

    private static double[][] Loadings(IReadOnlyList<double[]> known)
    {
        var centred = known.Select(Centred).ToArray();
        var devices = known[0].Length;
        var covariance = new double[devices, devices];
        foreach (var row in centred)
        {
            for (var i = 0; i < devices; i++)
            {
                for (var j = 0; j < devices; j++) covariance[i, j] += row[i] * row[j];
            }
        }

        var vectors = SymmetricEigen.LargestVectors(covariance, Math.Min(MostFactors, devices));
        return [.. centred.Select(row => vectors.Select(vector => vector.Zip(row, (a, b) => a * b).Sum()).ToArray())];
    }

    // Level differences between candidates are known already; what a probe must reveal is how this device differs from the others.
    private static double[] Centred(double[] row)
    {
        var finite = row.Where(double.IsFinite).ToArray();
        var mean = finite.Length > 0 ? finite.Average() : 0;
        return [.. row.Select(value => double.IsFinite(value) ? value - mean : 0)];
    }

    private static double Quadratic(double[,] inverse, double[] loading) => Product(inverse, loading).Zip(loading, (a, b) => a * b).Sum();

    private static double[] Product(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, vector.Length).Select(i => Enumerable.Range(0, vector.Length).Sum(j => matrix[i, j] * vector[j]))];

    // Sherman-Morrison: the inverse after adding l l'.
    private static void AddInformation(double[,] inverse, double[] loading)
    {
        var product = Product(inverse, loading);
        var scale = 1 + product.Zip(loading, (a, b) => a * b).Sum();
        for (var i = 0; i < loading.Length; i++)
        {
            for (var j = 0; j < loading.Length; j++) inverse[i, j] -= product[i] * product[j] / scale;
        }
    }
}
