using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>
/// Kernels that read a buffer once: bytes read per second beside a copy of the same buffer and beside the plain loop, on a buffer that stays
/// in the second-level cache and on one that no cache holds. One thread.
/// </summary>
internal static class StreamKernels
{
    private const int Rounds = 9;
    private const int Columns = 1024;
    private const int Block = 32;

    /// <summary>Half a second-level cache of 1 MiB, and four times a last-level one of 32 MiB.</summary>
    private static readonly int[] Counts = [1 << 17, 1 << 25];

    /// <summary>A timing covers at least so many bytes.</summary>
    private const long LeastBytes = 1L << 26;

    public static void PrintSpeeds()
    {
        var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Console.WriteLine($"vector width: {bits} bits; one thread; median of {Rounds} interleaved rounds; GB read per second of processor time");
        foreach (var count in Counts)
        {
            Console.WriteLine($"{"buffer of " + (count >> 18) + " MiB (" + (count >> 8) + " KiB)",-34}{"copy",10}{"plain",10}{"ours",10}{"to copy",10}{"to plain",10}");
            foreach (var kernel in Kernels(count))
                Print(kernel);
        }
    }

    private static void Print(Kernel kernel)
    {
        var repeats = (int)Math.Max(1, LeastBytes / kernel.Bytes);
        var (source, target) = (new byte[kernel.Bytes], new byte[kernel.Bytes]);
        var times = Interleaved.ProcessorMedians(Rounds, Repeated(() => source.CopyTo(target, 0)), Repeated(kernel.Plain), Repeated(kernel.Ours));
        var speeds = Array.ConvertAll(times, seconds => repeats * (double)kernel.Bytes / seconds / 1e9);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kernel.Name,-34}{speeds[0],10:F1}{speeds[1],10:F1}{speeds[2],10:F1}{speeds[2] / speeds[0],10:F2}{speeds[2] / speeds[1],10:F1}"));

        Action Repeated(Action action) => () =>
        {
            for (var i = 0; i < repeats; i++)
                action();
        };
    }

    private static IEnumerable<Kernel> Kernels(int count)
    {
        var random = new Random(1);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        var (codes, packed, halves, shorts, floats) = (new byte[count], new byte[count / 2], new Half[count], new ushort[count], new float[count]);
        var (scales, zeros) = (Enumerable.Repeat(0.01f, Columns).ToArray(), new int[Columns]);
        var edges = ValueHistogram.EdgesOf(new(-1.5f, 1.5f), 2048);
        var (histogram, magnitudes) = (new Histogram(edges, magnitudes: false), new Histogram(ValueHistogram.EdgesOf(new(0, 1.5f), 2048), magnitudes: true));
        var bytes = 4L * count;

        yield return new("quantize, one scale", bytes, () => LinearQuantization.QuantizeScalar(values, 0.01f, 0, -128, 127, codes),
            () => LinearQuantization.Quantize(values, 0.01f, 0, -128, 127, codes));
        yield return new("quantize, a scale a column", bytes, PlainColumns, () => EachRow(row => ColumnQuantization.Divide(
            values.AsSpan(row, Columns), scales, [], -128, 127, codes.AsSpan(row, Columns))));
        yield return new("and a zero point a column", bytes, PlainColumns, () => EachRow(row => ColumnQuantization.Divide(
            values.AsSpan(row, Columns), scales, zeros, -128, 127, codes.AsSpan(row, Columns))));
        yield return new("quantize, blocks of 32, 4 bits", bytes, PlainBlocks, () => OurBlocks(values, codes, packed));
        yield return new("range", bytes, PlainRange, () => LinearQuantization.Range(values));
        yield return new("least magnitude", bytes, PlainLeast, () => LinearQuantization.LeastMagnitude(values));
        yield return new("histogram, 2048 bins", bytes, () => histogram.CountScalar(values), () => histogram.Count(values));
        yield return new("histogram of magnitudes", bytes, () => magnitudes.CountScalar(values), () => magnitudes.Count(values));
        yield return new("to half", bytes, PlainHalves, () => HalfConversion.ToHalf(values, halves));
        yield return new("to bfloat16", bytes, PlainShorts, () => BFloat16Conversion.ToBFloat16(values, shorts));
        yield return new("pack nibbles", count, () => NibblePacking.PackScalar(codes, packed), () => NibblePacking.Pack(codes, packed));

        void EachRow(Action<int> row)
        {
            for (var at = 0; at < count; at += Columns)
                row(at);
        }

        void PlainColumns()
        {
            for (var i = 0; i < values.Length; i++)
                codes[i] = (byte)Math.Clamp((int)MathF.Round(values[i] / scales[i % Columns]) + zeros[i % Columns], -128, 127);
        }

        void PlainBlocks() => PlainBlockCodes(values, packed);

        void PlainRange()
        {
            var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
            foreach (var value in values)
                (min, max) = (Math.Min(min, value), Math.Max(max, value));
            floats[0] = max - min;
        }

        void PlainLeast()
        {
            var least = float.PositiveInfinity;
            foreach (var value in values)
                least = Math.Min(least, Math.Abs(value));
            floats[0] = least;
        }

        void PlainHalves()
        {
            for (var i = 0; i < values.Length; i++)
                halves[i] = (Half)values[i];
        }

        void PlainShorts()
        {
            var words = MemoryMarshal.Cast<float, uint>(values);
            for (var i = 0; i < values.Length; i++)
                shorts[i] = (ushort)((words[i] + 0x7FFF + ((words[i] >> 16) & 1)) >> 16);
        }
    }

    private static void OurBlocks(float[] values, byte[] codes, byte[] packed)
    {
        var columns = new BlockColumns(Columns, new(4, Block, true));
        for (var at = 0; at < values.Length; at += Block * Columns)
        {
            var rows = values.AsSpan(at, Block * Columns);
            columns.Choose(rows);
            columns.Quantize(rows, codes.AsSpan(0, rows.Length));
            BitPacking.Pack(codes.AsSpan(0, rows.Length), 4, packed.AsSpan(at / 2, rows.Length / 2));
        }
    }

    /// <summary>Column after column, as the formula reads.</summary>
    private static void PlainBlockCodes(float[] values, byte[] packed)
    {
        for (var at = 0; at < values.Length; at += Block * Columns)
        {
            for (var c = 0; c < Columns; c++)
            {
                var extreme = 0f;
                for (var r = 0; r < Block; r++)
                {
                    var value = values[at + r * Columns + c];
                    if (MathF.Abs(value) > MathF.Abs(extreme)) extreme = value;
                }

                var reciprocal = extreme == 0 ? 0 : -8 / extreme;
                for (var r = 0; r < Block; r++)
                {
                    var place = at + r * Columns + c;
                    var code = Math.Clamp((int)MathF.Round(values[place] * reciprocal), -8, 7) & 15;
                    packed[place / 2] = (byte)(place % 2 == 0 ? code : packed[place / 2] | (code << 4));
                }
            }
        }
    }

    /// <param name="Bytes">Read by one call.</param>
    private sealed record Kernel(string Name, long Bytes, Action Plain, Action Ours);
}
