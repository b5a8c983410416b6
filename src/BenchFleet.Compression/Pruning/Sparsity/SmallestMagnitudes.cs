namespace BenchFleet.Compression.Pruning.Sparsity;

/// <summary>
/// Sets the smallest of many numbers to zero. The bits of |x| order as the numbers do, so the limit is found by counting, in two rounds of
/// 16 bits, without a sort; of equal numbers at the limit the first go. NaN counts as the largest.
/// </summary>
internal static class SmallestMagnitudes
{
    private const int Half = 1 << 16;

    /// <summary>Edits the arrays, which are seen as one.</summary>
    public static void Zero(IReadOnlyList<float[]> arrays, long count)
    {
        if (count <= 0) return;
        var (limit, below) = Limit(arrays, count);
        var ties = count - below;
        foreach (var values in arrays)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var key = Key(values[i]);
                if (key < limit || (key == limit && ties-- > 0)) values[i] = 0;
            }
        }
    }

    /// <summary>The magnitude of the count-th smallest value as bits, and how many are smaller.</summary>
    private static (uint Limit, long Below) Limit(IReadOnlyList<float[]> arrays, long count)
    {
        var counts = new long[Half];
        foreach (var values in arrays)
        {
            foreach (var value in values)
                counts[Key(value) >> 16]++;
        }

        var (high, below) = Place(counts, count, 0);
        Array.Clear(counts);
        foreach (var values in arrays)
        {
            foreach (var value in values)
            {
                if (Key(value) >> 16 == high) counts[Key(value) & 0xFFFF]++;
            }
        }

        (var low, below) = Place(counts, count, below);
        return ((high << 16) | low, below);
    }

    private static (uint Place, long Below) Place(long[] counts, long count, long below)
    {
        var place = 0;
        while (place < Half - 1 && below + counts[place] < count)
            below += counts[place++];
        return ((uint)place, below);
    }

    private static uint Key(float value) => BitConverter.SingleToUInt32Bits(value) & 0x7FFF_FFFF;
}
