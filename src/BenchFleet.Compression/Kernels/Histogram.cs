using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Counts values between given edges: bin i holds edge i &lt;= x &lt; edge i + 1, the last bin also its right end. Values outside and NaN are
/// left out. Edges decide, not the arithmetic that finds the bin, so every width counts alike, and like NumPy's histogram of equal bins.
/// </summary>
/// <param name="edges">Ascending and equally spaced up to rounding: one more than there are bins.</param>
/// <param name="magnitudes">Counts |x| instead of x.</param>
internal sealed class Histogram(float[] edges, bool magnitudes)
{
    /// <summary>Indices are found for a block, then counted: both loops stay in the first cache and neither waits for the other.</summary>
    private const int Block = 1024;

    /// <summary>Neighbouring values often fall into one bin; adding to another copy of it does not wait for the last addition.</summary>
    private const int Copies = 4;

    private readonly int _bins = edges.Length - 1;
    private readonly float _perBin = (float)((edges.Length - 1) / ((double)edges[^1] - edges[0]));
    private readonly long[] _counts = new long[edges.Length - 1];

    /// <summary>So near an edge, in bins, the estimate may be one off: it is made of three roundings, as are the edges.</summary>
    private readonly float _doubt = edges.Length * 8 * (1f / (1 << 24));

    /// <summary>One copy after another, each with a last bin for what is left out.</summary>
    private readonly uint[] _copies = new uint[Copies * edges.Length];

    private readonly int _zero = edges[0] <= 0 && edges[^1] >= 0 ? Place(edges, 0, 0) : -1;

    public long[] Counts => _counts;

    public void Count(ReadOnlySpan<float> values)
    {
        Span<int> places = stackalloc int[Block];
        while (!values.IsEmpty)
        {
            var block = values[..Math.Min(Block, values.Length)];
            var done = Vector256.IsHardwareAccelerated ? Places256(block, places) : 0;
            PlacesScalar(block[done..], places[done..]);
            Add(places[..block.Length]);
            values = values[block.Length..];
        }

        Gather();
    }

    internal void CountScalar(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            var place = PlaceOf(value);
            if (place < _bins) _counts[place]++;
        }
    }

    private void PlacesScalar(ReadOnlySpan<float> values, Span<int> places)
    {
        for (var i = 0; i < values.Length; i++)
            places[i] = PlaceOf(values[i]);
    }

    private int Places256(ReadOnlySpan<float> values, Span<int> places)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(places);
        var (first, last, perBin) = (Vector256.Create(edges[0]), Vector256.Create(edges[^1]), Vector256.Create(_perBin));
        var (least, most, zero) = (Vector256.Create(_doubt), Vector256.Create(1 - _doubt), Vector256.Create(_zero));
        var zeroCounts = Vector256.Create(_zero >= 0 ? -1 : 0).AsSingle();
        var signs = magnitudes ? Vector256.Create(0x7FFFFFFF).AsSingle() : Vector256<float>.AllBitsSet;
        var i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            var x = Vector256.LoadUnsafe(ref source, (nuint)i) & signs;
            var scaled = (x - first) * perBin;
            var place = Vector256.ConvertToInt32Native(scaled);
            var part = scaled - Vector256.ConvertToSingle(place);
            var isZero = Vector256.Equals(x, Vector256<float>.Zero) & zeroCounts;
            var sure = (Vector256.GreaterThan(part, least) & Vector256.LessThan(part, most)
                & Vector256.GreaterThanOrEqual(x, first) & Vector256.LessThanOrEqual(x, last)) | isZero;
            Vector256.ConditionalSelect(isZero.AsInt32(), zero, place).StoreUnsafe(ref target, (nuint)i);
            if (sure.ExtractMostSignificantBits() != 0xFF) PlacesScalar(values.Slice(i, 8), places.Slice(i, 8));
        }

        return i;
    }

    private int PlaceOf(float value)
    {
        if (magnitudes) value = Math.Abs(value);
        return value >= edges[0] && value <= edges[^1] ? Place(edges, value, (int)((value - edges[0]) * _perBin)) : _bins;
    }

    /// <summary>From an estimate to the bin that the edges say.</summary>
    private static int Place(float[] edges, float value, int estimate)
    {
        var place = Math.Clamp(estimate, 0, edges.Length - 2);
        while (place > 0 && value < edges[place])
            place--;
        while (place < edges.Length - 2 && value >= edges[place + 1])
            place++;
        return place;
    }

    private void Add(ReadOnlySpan<int> places)
    {
        var length = edges.Length;
        var copies = _copies.AsSpan();
        var i = 0;
        for (; i <= places.Length - Copies; i += Copies)
        {
            copies[places[i]]++;
            copies[length + places[i + 1]]++;
            copies[2 * length + places[i + 2]]++;
            copies[3 * length + places[i + 3]]++;
        }

        for (; i < places.Length; i++)
            copies[places[i]]++;
    }

    private void Gather()
    {
        for (var copy = 0; copy < Copies; copy++)
        {
            var counts = _copies.AsSpan(copy * edges.Length, edges.Length);
            for (var bin = 0; bin < _bins; bin++)
                _counts[bin] += counts[bin];
            counts.Clear();
        }
    }
}
