namespace BenchFleet.Compression.Numerics;

/// <summary>A = sum over k of Values[k] Left[k] Right[k]ᵀ, the values from the greatest to the least, vectors of length one.</summary>
/// <remarks>
/// One-sided Jacobi (Hestenes 1958; Demmel and Veselić 1992): pairs of columns are rotated until all are orthogonal; their lengths are the
/// singular values. Slow beside bidiagonalisation, but short, and small values come out with full relative accuracy. Cyclic order and fixed
/// sums: the same bits on every machine. About 8 rows columns² operations a sweep, and 6 to 12 sweeps.
/// </remarks>
internal sealed class SingularValues
{
    private const int MostSweeps = 60;
    private const double Orthogonal = 1e-15;

    private SingularValues(double[] values, double[][] left, double[][] right) => (Values, Left, Right) = (values, left, right);

    public double[] Values { get; }

    public double[][] Left { get; }

    public double[][] Right { get; }

    /// <param name="matrix">Row-major, finite.</param>
    public static SingularValues Of(ReadOnlySpan<double> matrix, int rows, int columns, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(matrix.Length, rows * columns, nameof(matrix));
        if (rows < columns)
        {
            var other = Of(Transposed(matrix, rows, columns), columns, rows, cancellation);
            return new(other.Values, other.Right, other.Left);
        }

        var (work, right) = (new double[columns][], new double[columns][]);
        for (var c = 0; c < columns; c++)
        {
            (work[c], right[c]) = (new double[rows], new double[columns]);
            right[c][c] = 1;
            for (var r = 0; r < rows; r++)
                work[c][r] = matrix[r * columns + c];
        }

        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            SortByLength(work, right);
            if (!Sweep(work, right, cancellation)) break;
        }

        return Normalised(work, right);
    }

    /// <summary>Rotates every pair of columns that is not orthogonal; false when none was left.</summary>
    private static bool Sweep(double[][] work, double[][] right, CancellationToken cancellation)
    {
        var rotated = false;
        for (var i = 0; i < work.Length - 1; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var alpha = ColumnMath.Dot(work[i], work[i]);
            for (var j = i + 1; j < work.Length; j++)
            {
                var beta = ColumnMath.Dot(work[j], work[j]);
                var gamma = ColumnMath.Dot(work[i], work[j]);
                if (gamma == 0 || Math.Abs(gamma) <= Orthogonal * work[i].Length * Math.Sqrt(alpha * beta)) continue;

                var zeta = (beta - alpha) / (2 * gamma);
                var tangent = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                var cosine = 1 / Math.Sqrt(1 + tangent * tangent);
                ColumnMath.Rotate(work[i], work[j], cosine, cosine * tangent);
                ColumnMath.Rotate(right[i], right[j], cosine, cosine * tangent);
                alpha = ColumnMath.Dot(work[i], work[i]);
                rotated = true;
            }
        }

        return rotated;
    }

    /// <summary>Long columns first (de Rijk 1989): fewer sweeps. Equal lengths keep their order.</summary>
    private static void SortByLength(double[][] work, double[][] right)
    {
        var order = Enumerable.Range(0, work.Length).OrderByDescending(c => ColumnMath.Dot(work[c], work[c])).ToArray();
        var (columns, vectors) = (Array.ConvertAll(order, c => work[c]), Array.ConvertAll(order, c => right[c]));
        columns.CopyTo(work, 0);
        vectors.CopyTo(right, 0);
    }

    private static SingularValues Normalised(double[][] work, double[][] right)
    {
        SortByLength(work, right);
        var values = Array.ConvertAll(work, column => Math.Sqrt(ColumnMath.Dot(column, column)));
        for (var k = 0; k < values.Length; k++)
        {
            for (var r = 0; r < work[k].Length && values[k] > 0; r++)
                work[k][r] /= values[k];
        }

        return new(values, work, right);
    }

    private static double[] Transposed(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                result[c * rows + r] = matrix[r * columns + c];
        }

        return result;
    }
}
