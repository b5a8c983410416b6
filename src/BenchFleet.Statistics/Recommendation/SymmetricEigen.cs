namespace BenchFleet.Statistics;

/// <summary>
/// Eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, section 8.5); fine up to a few hundred rows.
/// </summary>
internal static class SymmetricEigen
{
    private const int MaximumSweeps = 60;

    /// <summary>Unit vectors of the largest eigenvalues, largest first.</summary>
    public static double[][] LargestVectors(double[,] matrix, int count)
    {
        var n = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var vectors = new double[n, n];
        for (var i = 0; i < n; i++) vectors[i, i] = 1;

        for (var sweep = 0; sweep < MaximumSweeps && OffDiagonal(a) > 1e-24 * Diagonal(a); sweep++)
        {
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++) Rotate(a, vectors, p, q);
            }
        }

        return [.. Enumerable.Range(0, n).OrderByDescending(i => a[i, i]).Take(count)
            .Select(column => Enumerable.Range(0, n).Select(row => vectors[row, column]).ToArray())];
    }

    private static void Rotate(double[,] a, double[,] vectors, int p, int q)
    {
        if (a[p, q] == 0) return;
        var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        var n = a.GetLength(0);
        for (var k = 0; k < n; k++) (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (var k = 0; k < n; k++) (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        for (var k = 0; k < n; k++) (vectors[k, p], vectors[k, q]) = (c * vectors[k, p] - s * vectors[k, q], s * vectors[k, p] + c * vectors[k, q]);
    }

    private static double OffDiagonal(double[,] a) => Sum(a, (i, j) => i != j);

    private static double Diagonal(double[,] a) => Sum(a, (i, j) => i == j);

    private static double Sum(double[,] a, Func<int, int, bool> includes)
    {
        var sum = 0.0;
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < a.GetLength(1); j++) sum += includes(i, j) ? a[i, j] * a[i, j] : 0;
        }

        return sum;
    }
}
