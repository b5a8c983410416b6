namespace BenchFleet.Compression.Numerics;

/// <summary>Inverse of a lower triangular matrix by forward substitution, tiles of columns side by side.</summary>
internal static class TriangularInverse
{
    private const int Panel = RowSums.Tile;

    /// <param name="lower">Row-major, size²; only the lower triangle is read, its diagonal must not hold a zero.</param>
    public static double[] Of(double[] lower, int size)
    {
        var inverse = new double[lower.Length];
        Lanes.For(0, (size + RowSums.Tile - 1) / RowSums.Tile, tile => Solve(lower, size, tile * RowSums.Tile, inverse));
        return inverse;
    }

    /// <summary>Columns from <paramref name="left"/> on: zero above the diagonal, so rows start there too.</summary>
    private static void Solve(double[] lower, int size, int left, double[] inverse)
    {
        var columns = Math.Min(RowSums.Tile, size - left);
        var x = new double[(size - left) * columns];
        for (var c = 0; c < columns; c++)
            x[c * columns + c] = 1;
        for (var top = left; top < size; top += Panel)
        {
            var bottom = Math.Min(top + Panel, size);
            for (var done = left; done < top; done += Panel)
            {
                for (var r = top; r < bottom; r++)
                    RowSums.Subtract(Row(r), lower.AsSpan(r * size + done, Panel), x.AsSpan((done - left) * columns), columns);
            }

            for (var r = top; r < bottom; r++)
            {
                RowSums.Subtract(Row(r), lower.AsSpan(r * size + top, r - top), x.AsSpan((top - left) * columns), columns);
                foreach (ref var value in Row(r))
                    value /= lower[r * size + r];
            }
        }

        for (var r = left; r < size; r++)
            Row(r).CopyTo(inverse.AsSpan(r * size + left));

        Span<double> Row(int r) => x.AsSpan((r - left) * columns, columns);
    }
}
