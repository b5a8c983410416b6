using System.Globalization;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Correction.Rounding;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Quantization.Blocks;
using BenchFleet.Compression.Quantization.Ranges;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>What choosing the codes of one layer costs: its kernels against the plain loops, and each method against rounding to nearest.</summary>
internal static class WeightKernels
{
    private const int Size = 1024;
    private const int Rounds = 5;

    public static void PrintTimes()
    {
        var random = new Random(3);
        var gram = Gram(random);
        var layer = Layer(random);
        var format = new BlockFormat(4, 32, true);
        int[] order = [.. Enumerable.Range(0, Size)];
        var features = new FeatureSums(2 * Size, [], Array.ConvertAll(order, i => 1.0 + i % 7), [], [], []);
        var values = layer.Constant.AsFloats().ToArray();
        var indices = new byte[values.Length];

        Console.WriteLine($"kernels, {Size} x {Size}; median of {Rounds} interleaved rounds, all processors ({Environment.ProcessorCount})");
        Console.WriteLine($"{"kernel",-40}{"plain ms",12}{"ours ms",12}{"ratio",8}");
        Print("Cholesky, float64", () => PlainCholesky(gram.Values.ToArray()), () => Cholesky.Factor(gram.Values.ToArray(), Size));
        Print("16 values, nearest", () => PlainNearest(values, indices), () => Codebook.NormalFloat4.Nearest(values, 10, indices));
        Print("16 rows of Gram sums", () => PlainGram(values), () => OursGram(values));

        Console.WriteLine($"{"one layer, 4 bits",-40}{"rtn ms",12}{"ms",12}{"ratio",8}");
        Print("hqq", Rtn, () => new HalfQuadratic().Round(layer, format));
        Print("gptq", Rtn, () => new ErrorCompensation(_ => gram, false).Round(layer, format));
        Print("  of it: factor of the inverse", Rtn, () => InverseFactor.Of(gram, ErrorCompensation.Damping, order));
        Print("awq, search", Rtn, () => ActivationAwareScales.Of([layer], features, gram, format));
        Print("k-means, 16 values, per tensor", Rtn, () => Lloyd.Of(values, 16));
        Print("singular values of a quarter", Rtn, () => SingularValues.Of(Quarter(values), Size / 2, Size / 2));

        Console.WriteLine($"{"one tile of 64 outputs, 8 bits",-40}{"rtn ms",12}{"ms",12}{"ratio",8}");
        var steps = Array.ConvertAll(values[..(Size * 64)], value => 1000 * value);
        var energy = Array.ConvertAll(gram.Values.ToArray(), value => (float)value);
        var nearest = Nearest(steps);
        Print("learned rounding (AdaRound)", () => Nearest(steps), () => new LearnedRounding(Size, energy).Round(steps, nearest, 64, -127, 127));

        Console.WriteLine($"{"one activation, 1024 x 1024",-40}{"range ms",12}{"ms",12}{"ratio",8}");
        var counted = Counted(values);
        Print("its histogram of 2048 bins", Range, () => Counted(values));
        Print("percentile, from the histogram", Range, () => PercentileRange.Of(counted, counted.Range, 99.9));
        Print("entropy, from the histogram", Range, () => EntropyRange.Of(counted, counted.Range));
        Print("mse, from the histogram", Range, () => MeanSquareRange.Of(counted, counted.Range, (0, 255), false));
        Print("feature sums", Range, () => new FeatureReducer(Size).Take(new FeatureRows(values, [Size, Size], FeatureAxis.Last)));

        void Range() => LinearQuantization.Range(values);

        void Rtn() => new RoundToNearest().Round(layer, format).Codes.CopyTo(Stream.Null);
    }

    private static int[] Nearest(float[] steps) => Array.ConvertAll(steps, value => (int)MathF.Round(value));

    private static double[] Quarter(float[] values) =>
        [.. Enumerable.Range(0, Size / 2).SelectMany(row => values.Skip(row * Size).Take(Size / 2)).Select(value => (double)value)];

    private static ValueHistogram Counted(float[] values)
    {
        var range = new ValueRange(-0.1f, 0.1f);
        var histogram = new Histogram(ValueHistogram.EdgesOf(range, 2048), magnitudes: false);
        histogram.Count(values);
        return new(range, histogram.Counts);
    }

    private static void Print(string name, Action plain, Action ours)
    {
        var times = Interleaved.Medians(Rounds, plain, ours);
        var (x, y) = (times[0] * 1e3, times[1] * 1e3);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-40}{x,12:F2}{y,12:F2}{(x > y ? x / y : y / x),8:F1}{(x > y ? " faster" : " slower")}"));
    }

    private static DenseLayer Layer(Random random)
    {
        var values = new float[Size * Size];
        foreach (ref var value in values.AsSpan())
            value = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 0.05);
        return new(new OnnxNode("MatMul", ["x", "B"], ["y"]), new GraphIndex(new OnnxGraph()), OnnxTensor.Floats("B", [Size, Size], values), "B", false, null, 1);
    }

    private static GramMatrix Gram(Random random)
    {
        var rows = new float[2 * Size * Size];
        foreach (ref var value in rows.AsSpan())
            value = (float)(random.NextDouble() - 0.3);
        var reducer = new GramReducer(Size);
        reducer.Take(new FeatureRows(rows, [2 * Size, Size], FeatureAxis.Last));
        return reducer.Result();
    }

    private static void PlainCholesky(double[] a)
    {
        for (var j = 0; j < Size; j++)
        {
            for (var i = j; i < Size; i++)
            {
                var sum = a[i * Size + j];
                for (var k = 0; k < j; k++)
                    sum -= a[i * Size + k] * a[j * Size + k];
                a[i * Size + j] = i == j ? Math.Sqrt(sum) : sum / a[j * Size + j];
            }
        }
    }

    private static void PlainNearest(float[] values, byte[] indices)
    {
        var book = Codebook.NormalFloat4.Values.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var best = 0;
            for (var entry = 1; entry < book.Length; entry++)
            {
                if (MathF.Abs(values[i] * 10 - book[entry]) < MathF.Abs(values[i] * 10 - book[best])) best = entry;
            }

            indices[i] = (byte)best;
        }
    }

    private static void PlainGram(float[] rows)
    {
        var sums = new double[Size * Size];
        for (var r = 0; r < 16; r++)
        {
            for (var i = 0; i < Size; i++)
            {
                for (var j = i; j < Size; j++)
                    sums[i * Size + j] += (double)rows[r * Size + i] * rows[r * Size + j];
            }
        }
    }

    private static void OursGram(float[] rows)
    {
        var reducer = new GramReducer(Size);
        reducer.Take(new FeatureRows(rows.AsSpan(0, 16 * Size), [16, Size], FeatureAxis.Last));
        reducer.Result();
    }
}
