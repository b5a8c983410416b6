using System.Numerics;
using System.Runtime.CompilerServices;
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
    /// <summary>Neighbouring values often fall into one bin; adding to another copy of it does not wait for the last addition.</summary>
    private const int Copies = 4;

    /// <summary>Places are found for a block, then counted: both loops stay in the first cache and neither waits for the other.</summary>
    private const int Block = 1024;

    private readonly int _bins = edges.Length - 1;
    private readonly float _perBin = (float)((edges.Length - 1) / ((double)edges[^1] - edges[0]));
    private readonly long[] _counts = new long[edges.Length - 1];

    /// <summary>
    /// So near an edge, in bins, the estimate may be one off: it is made of three roundings of numbers up to so many bins from zero, as are
    /// the edges.
    /// </summary>
    private readonly float _doubt = 8f / (1 << 24) * Math.Max(
        edges.Length, (edges.Length - 1) * (float)(Math.Max(Math.Abs(edges[0]), Math.Abs(edges[^1])) / ((double)edges[^1] - edges[0])));

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
            var done = Vector512.IsHardwareAccelerated ? Places512(block, places) : Vector256.IsHardwareAccelerated ? Places256(block, places) : 0;
            for (; done < block.Length; done++)
                places[done] = PlaceOf(block[done]);
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

    private int Places512(ReadOnlySpan<float> values, Span<int> places)
    {
        const int width = 16;
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(places);
        var (perBin, offset, half) = (Vector512.Create(_perBin), Vector512.Create(-edges[0] * _perBin), Vector512.Create(0.5f));
        var (room, zero, bins) = (Vector512.Create(0.5f - _doubt), Vector512.Create(_zero), Vector512.Create((uint)_bins));
        var (zeroCounts, noSign) = (_zero >= 0 ? (1u << width) - 1 : 0, Vector512.Create(0x7FFFFFFF).AsSingle());
        var signs = magnitudes ? noSign : Vector512<float>.AllBitsSet;
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            var x = Vector512.LoadUnsafe(ref source, (nuint)i) & signs;
            var scaled = Vector512.FusedMultiplyAdd(x, perBin, offset);
            var place = Vector512.ConvertToInt32Native(scaled);
            var fromMiddle = (scaled - Vector512.ConvertToSingle(place) - half) & noSign;
            var isZero = Vector512.Equals(x, Vector512<float>.Zero);
            Vector512.ConditionalSelect(isZero.AsInt32(), zero, place).StoreUnsafe(ref target, (nuint)i);
            var sure = ((uint)Vector512.LessThan(fromMiddle, room).ExtractMostSignificantBits() & (uint)Vector512.LessThan(place.AsUInt32(), bins).ExtractMostSignificantBits())
                | ((uint)isZero.ExtractMostSignificantBits() & zeroCounts);
            for (var doubtful = ~sure & ((1u << width) - 1); doubtful != 0; doubtful &= doubtful - 1)
            {
                var lane = i + BitOperations.TrailingZeroCount(doubtful);
                places[lane] = PlaceOf(values[lane]);
            }
        }

        return i;
    }

    private int Places256(ReadOnlySpan<float> values, Span<int> places)
    {
        const int width = 8;
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(places);
        var (perBin, offset, half) = (Vector256.Create(_perBin), Vector256.Create(-edges[0] * _perBin), Vector256.Create(0.5f));
        var (room, zero, bins) = (Vector256.Create(0.5f - _doubt), Vector256.Create(_zero), Vector256.Create((uint)_bins));
        var (zeroCounts, noSign) = (_zero >= 0 ? (1u << width) - 1 : 0, Vector256.Create(0x7FFFFFFF).AsSingle());
        var signs = magnitudes ? noSign : Vector256<float>.AllBitsSet;
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            var x = Vector256.LoadUnsafe(ref source, (nuint)i) & signs;
            var scaled = Vector256.FusedMultiplyAdd(x, perBin, offset);
            var place = Vector256.ConvertToInt32Native(scaled);
            var fromMiddle = (scaled - Vector256.ConvertToSingle(place) - half) & noSign;
            var isZero = Vector256.Equals(x, Vector256<float>.Zero);
            Vector256.ConditionalSelect(isZero.AsInt32(), zero, place).StoreUnsafe(ref target, (nuint)i);
            var sure = (Vector256.LessThan(fromMiddle, room).ExtractMostSignificantBits() & Vector256.LessThan(place.AsUInt32(), bins).ExtractMostSignificantBits())
                | (isZero.ExtractMostSignificantBits() & zeroCounts);
            for (var doubtful = ~sure & ((1u << width) - 1); doubtful != 0; doubtful &= doubtful - 1)
            {
                var lane = i + BitOperations.TrailingZeroCount(doubtful);
                places[lane] = PlaceOf(values[lane]);
            }
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

    /// <summary>
    /// Two places are read as one word, which halves the loads beside the counting. A place is a bin or the one behind them, whoever found it,
    /// so bounds are not looked at again.
    /// </summary>
    private void Add(ReadOnlySpan<int> places)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(_copies);
        ref var second = ref Unsafe.Add(ref first, edges.Length);
        ref var third = ref Unsafe.Add(ref second, edges.Length);
        ref var fourth = ref Unsafe.Add(ref third, edges.Length);
        var pairs = MemoryMarshal.Cast<int, ulong>(places);
        var i = 0;
        for (; i <= pairs.Length - 2; i += 2)
        {
            var (a, b) = (pairs[i], pairs[i + 1]);
            Unsafe.Add(ref first, (nint)(uint)a)++;
            Unsafe.Add(ref second, (nint)(a >> 32))++;
            Unsafe.Add(ref third, (nint)(uint)b)++;
            Unsafe.Add(ref fourth, (nint)(b >> 32))++;
        }

        foreach (var place in places[(2 * i)..])
            Unsafe.Add(ref first, place)++;
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
