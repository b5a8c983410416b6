namespace BenchFleet.Compression.Quantization.Ranges;

/// <summary>
/// A float32 sum in NumPy's order: eight running sums over blocks of at most 128, halves above. Where two candidates are alike the last
/// bits decide, and they should decide as in the tool.
/// </summary>
internal static class PairwiseSum
{
    private const int Block = 128;

    public static float Of(ReadOnlySpan<float> values)
    {
        if (values.Length < 8) return Plain(values);
        if (values.Length <= Block) return Eight(values);
        var half = values.Length / 2 / 8 * 8;
        return Of(values[..half]) + Of(values[half..]);
    }

    private static float Eight(ReadOnlySpan<float> values)
    {
        Span<float> sums = stackalloc float[8];
        values[..8].CopyTo(sums);
        var i = 8;
        for (; i <= values.Length - 8; i += 8)
        {
            for (var lane = 0; lane < 8; lane++)
                sums[lane] += values[i + lane];
        }

        var sum = sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
        for (; i < values.Length; i++)
            sum += values[i];
        return sum;
    }

    private static float Plain(ReadOnlySpan<float> values)
    {
        var sum = 0f;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
