using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Correction.Rounding;

/// <summary>
/// A sum H = Σ x xᵀ of few rows x as F Fᵀ: Cholesky's factor, the greatest pivot first, which ends where next to nothing is left (Higham,
/// Accuracy and Stability of Numerical Algorithms, section 10.3). A row a sample is what the last layer of most nets sees.
/// </summary>
internal sealed class FewRows
{
    /// <summary>With a quarter of the rows F and its transpose are half of H; with more there is little to win.</summary>
    private const int Least = 4;

    /// <summary>Of the sum of the diagonal: single precision, in which H is kept, leaves less.</summary>
    private const double Nothing = 1e-5;

    private readonly int _size;
    private readonly float[] _factor;
    private readonly float[] _transposed;

    private FewRows(List<double[]> columns, int size)
    {
        (Count, _size) = (columns.Count, size);
        _transposed = [.. columns.SelectMany(column => column.Select(value => (float)value))];
        _factor = [.. Enumerable.Range(0, size).SelectMany(i => columns.Select(column => (float)column[i]))];
    }

    public int Count { get; }

    /// <summary>Null where H needs more than a quarter as many rows as it has, or is nothing at all.</summary>
    /// <param name="h">Row-major, size².</param>
    public static FewRows? Of(float[] h, int size)
    {
        var left = Enumerable.Range(0, size).Select(i => (double)h[i * size + i]).ToArray();
        var (enough, columns) = (Nothing * left.Sum(), new List<double[]>());
        if (!(enough > 0 && double.IsFinite(enough))) return null;
        while (left.Sum() > enough)
        {
            if (Least * (columns.Count + 1) > size) return null;
            var pivot = Array.IndexOf(left, left.Max());
            columns.Add(Column(h, size, pivot, columns, Math.Sqrt(left[pivot])));
            for (var i = 0; i < size; i++)
                left[i] = i == pivot ? 0 : Math.Max(0, left[i] - columns[^1][i] * columns[^1][i]);
        }

        return new(columns, size);
    }

    /// <summary>H D = F (Fᵀ D).</summary>
    public void Moved(float[] error, int width, float[] moved)
    {
        var seen = new float[Count * width];
        for (var row = 0; row < Count; row++)
            RowSums.Add(seen.AsSpan(row * width, width), _transposed.AsSpan(row * _size, _size), error.AsSpan(), width);
        moved.AsSpan().Clear();
        for (var i = 0; i < _size; i++)
            RowSums.Add(moved.AsSpan(i * width, width), _factor.AsSpan(i * Count, Count), seen.AsSpan(), width);
    }

    private static double[] Column(float[] h, int size, int pivot, List<double[]> before, double root)
    {
        var column = new double[size];
        for (var i = 0; i < size; i++)
            column[i] = h[i * size + pivot];
        foreach (var earlier in before)
        {
            var factor = earlier[pivot];
            for (var i = 0; i < size; i++)
                column[i] -= factor * earlier[i];
        }

        for (var i = 0; i < size; i++)
            column[i] /= root;
        return column;
    }
}
