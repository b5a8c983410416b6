namespace BenchFleet.Compression.Kernels;

/// <summary>
/// k-means in one dimension (Lloyd 1982): cells of sorted values are ranges, so a step is a search for each boundary and a difference of
/// running sums. Starts from quantiles: no chance, same values give the same codebook.
/// </summary>
public static class Lloyd
{
    private const int MostSteps = 200;

    /// <summary>Of longer tensors so many values, evenly spaced, stand for all.</summary>
    private const int MostValues = 1 << 20;

    public static Codebook Of(ReadOnlySpan<float> values, int entries)
    {
        var (sorted, sums) = Prepared(values);
        var (centres, ends) = (new float[entries], new int[entries]);
        for (var i = 0; i < entries; i++)
            centres[i] = sorted.Length == 0 ? 0 : sorted[(int)((2L * i + 1) * sorted.Length / (2 * entries))];
        for (var step = 0; step < MostSteps; step++)
        {
            if (!Assign(sorted, centres, ends)) break;
            Move(sums, centres, ends);
        }

        return new(centres);
    }

    private static (float[] Sorted, double[] Sums) Prepared(ReadOnlySpan<float> values)
    {
        var count = Math.Min(values.Length, MostValues);
        var sorted = new float[count];
        for (var i = 0; i < count; i++)
            sorted[i] = values[(int)((long)i * values.Length / count)];
        sorted = Array.FindAll(sorted, float.IsFinite);
        Array.Sort(sorted);
        var sums = new double[sorted.Length + 1];
        for (var i = 0; i < sorted.Length; i++)
            sums[i + 1] = sums[i] + sorted[i];
        return (sorted, sums);
    }

    /// <summary>Ends of the cells; false when none moved.</summary>
    private static bool Assign(float[] sorted, float[] centres, int[] ends)
    {
        var moved = false;
        for (var i = 0; i < centres.Length; i++)
        {
            var end = i + 1 == centres.Length ? sorted.Length : FirstAbove(sorted, (centres[i] + centres[i + 1]) / 2);
            moved |= end != ends[i];
            ends[i] = end;
        }

        return moved;
    }

    /// <summary>Centres to the means of their cells; one whose cell is empty stays.</summary>
    private static void Move(double[] sums, float[] centres, int[] ends)
    {
        for (var (i, start) = (0, 0); i < centres.Length; start = ends[i++])
        {
            if (ends[i] > start) centres[i] = (float)((sums[ends[i]] - sums[start]) / (ends[i] - start));
        }
    }

    private static int FirstAbove(float[] sorted, float value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
