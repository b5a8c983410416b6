using System.Numerics;

namespace BenchFleet.Compression.Kernels;

/// <summary>A few values that stand for all, in ascending order, and the nearest of them.</summary>
public sealed class Codebook
{
    /// <summary>Up to so many, all boundaries are compared with a vector of values at once; beyond, each value is searched for.</summary>
    private const int MostCompared = 16;

    private readonly float[] _values;
    private readonly float[] _boundaries;

    public Codebook(ReadOnlySpan<float> ascending)
    {
        _values = ascending.ToArray();
        _boundaries = new float[_values.Length - 1];
        for (var i = 0; i < _boundaries.Length; i++)
            _boundaries[i] = (_values[i] + _values[i + 1]) / 2;
    }

    /// <summary>NormalFloat4: quantiles of the normal distribution with an exact 0 (Dettmers et al., QLoRA, NeurIPS 2023, appendix E).</summary>
    public static Codebook NormalFloat4 { get; } = new(
    [
        -1, -0.6961928f, -0.52507305f, -0.3949175f, -0.28444138f, -0.18477343f, -0.091050036f, 0,
        0.0795803f, 0.1609302f, 0.2461123f, 0.33791524f, 0.44070983f, 0.562617f, 0.72295684f, 1,
    ]);

    /// <summary>0 and plus and minus 1, 1/2, ... 1/64: products would be shifts, on hardware that has them.</summary>
    public static Codebook PowersOfTwo { get; } = new(
    [
        -1, -1f / 2, -1f / 4, -1f / 8, -1f / 16, -1f / 32, -1f / 64, 0, 1f / 64, 1f / 32, 1f / 16, 1f / 8, 1f / 4, 1f / 2, 1,
    ]);

    public ReadOnlySpan<float> Values => _values;

    /// <summary>Index of the entry nearest to each value times the factor; half-way goes down, and what is no number to the first.</summary>
    public void Nearest(ReadOnlySpan<float> values, float factor, Span<byte> indices)
    {
        var done = _values.Length <= MostCompared ? NearestVectors(values, factor, indices) : 0;
        for (; done < values.Length; done++)
            indices[done] = (byte)Below(values[done] * factor);
    }

    private int NearestVectors(ReadOnlySpan<float> values, float factor, Span<byte> indices)
    {
        var width = Vector<float>.Count;
        Span<int> counts = stackalloc int[width];
        var at = 0;
        for (; at <= values.Length - width; at += width)
        {
            var scaled = new Vector<float>(values[at..]) * factor;
            var count = Vector<int>.Zero;
            foreach (var boundary in _boundaries)
                count -= Vector.GreaterThan(scaled, new Vector<float>(boundary));
            count.CopyTo(counts);
            for (var i = 0; i < width; i++)
                indices[at + i] = (byte)counts[i];
        }

        return at;
    }

    /// <summary>How many boundaries lie below the value.</summary>
    private int Below(float value)
    {
        var (low, high) = (0, _boundaries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (value > _boundaries[middle]) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
