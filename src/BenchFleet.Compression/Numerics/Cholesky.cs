namespace BenchFleet.Compression.Numerics;

/// <summary>
/// A = L Lᵀ for a symmetric positive definite matrix in double precision, right-looking in panels (Golub and Van Loan, Matrix Computations,
/// section 4.2). Panels and tiles are fixed and each element has one order of summation, so the result does not depend on the threads.
/// </summary>
internal static class Cholesky
{
    private const int Panel = RowSums.Tile;

    /// <summary>
    /// Replaces the lower triangle by L and the rest by zeros. False when a pivot is not positive: the matrix is not positive definite.
    /// </summary>
    /// <param name="a">Row-major, size²; only the lower triangle is read.</param>
    public static bool Factor(double[] a, int size)
    {
        for (var start = 0; start < size; start += Panel)
        {
            var width = Math.Min(Panel, size - start);
            if (!FactorCorner(a, size, start, width)) return false;
            SolveBelow(a, size, start, width);
            UpdateRest(a, size, start, width);
        }

        for (var i = 0; i < size; i++)
            a.AsSpan(i * size + i + 1, size - i - 1).Clear();
        return true;
    }

    /// <summary>Solves L Lᵀ x = b by substitution, forwards and backwards; x takes the place of b.</summary>
    public static void Solve(double[] lower, int size, Span<double> right)
    {
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
                right[i] -= lower[i * size + j] * right[j];
            right[i] /= lower[i * size + i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            right[i] /= lower[i * size + i];
            for (var j = 0; j < i; j++)
                right[j] -= lower[i * size + j] * right[i];
        }
    }

    private static bool FactorCorner(double[] a, int size, int start, int width)
    {
        for (var j = start; j < start + width; j++)
        {
            var pivot = a[j * size + j];
            for (var k = start; k < j; k++)
                pivot -= a[j * size + k] * a[j * size + k];
            if (!(pivot > 0) || !double.IsFinite(pivot)) return false;
            var root = a[j * size + j] = Math.Sqrt(pivot);
            for (var i = j + 1; i < start + width; i++)
            {
                var sum = a[i * size + j];
                for (var k = start; k < j; k++)
                    sum -= a[i * size + k] * a[j * size + k];
                a[i * size + j] = sum / root;
            }
        }

        return true;
    }

    /// <summary>Rows below the corner times its inverse transposed.</summary>
    private static void SolveBelow(double[] a, int size, int start, int width)
    {
        var corner = new double[width * width];
        for (var i = 0; i < width; i++)
            a.AsSpan((start + i) * size + start, i + 1).CopyTo(corner.AsSpan(i * width));
        var inverse = Transposed(TriangularInverse.Of(corner, width), width);
        Lanes.For(start + width, size, i =>
        {
            Span<double> solved = stackalloc double[width];
            solved.Clear();
            var row = a.AsSpan(i * size + start, width);
            RowSums.Add(solved, row, inverse, width);
            solved.CopyTo(row);
        });
    }

    /// <summary>Lower triangle of the rest minus panel times panel transposed, tile of columns by tile of columns.</summary>
    private static void UpdateRest(double[] a, int size, int start, int width)
    {
        var first = start + width;
        Lanes.For(0, (size - first + RowSums.Tile - 1) / RowSums.Tile, tile =>
        {
            var left = first + tile * RowSums.Tile;
            var columns = Math.Min(RowSums.Tile, size - left);
            var panel = new double[width * columns];
            for (var c = 0; c < columns; c++)
            {
                for (var k = 0; k < width; k++)
                    panel[k * columns + c] = a[(left + c) * size + start + k];
            }

            for (var i = left; i < size; i++)
                RowSums.Subtract(a.AsSpan(i * size + left, Math.Min(columns, i - left + 1)), a.AsSpan(i * size + start, width), panel, columns);
        });
    }

    private static double[] Transposed(double[] matrix, int size)
    {
        var result = new double[matrix.Length];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                result[j * size + i] = matrix[i * size + j];
        }

        return result;
    }
}
