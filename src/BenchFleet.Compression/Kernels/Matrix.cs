namespace BenchFleet.Compression.Kernels;

internal static class Matrix
{
    /// <summary>[rows, columns] to [columns, rows], in tiles that stay in the first-level cache.</summary>
    public static T[] Transpose<T>(ReadOnlySpan<T> source, int rows, int columns)
        where T : unmanaged
    {
        const int tile = 32;
        var result = new T[source.Length];
        for (var top = 0; top < rows; top += tile)
        {
            for (var left = 0; left < columns; left += tile)
            {
                for (var r = top; r < Math.Min(top + tile, rows); r++)
                {
                    for (var c = left; c < Math.Min(left + tile, columns); c++)
                        result[c * rows + r] = source[r * columns + c];
                }
            }
        }

        return result;
    }
}
