using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using BenchFleet.Compression.Benchmarks;
using BenchFleet.Compression.Kernels;

// Compression against the plain way to do it, interleaved in one run: only the ratios are worth keeping.
//   (no arguments)   prints the table; 7 rounds, medians
//   write PATH       writes the transformer that is compressed, for other tools to be timed on
//   weights          choosing the codes of one layer: kernels, and each method against rounding to nearest
//   large FOLDER     memory for a model of 10 GiB, made there as a sparse file
if (args is ["weights"])
{
    WeightKernels.PrintTimes();
    return 0;
}

if (args is ["large", var folder])
{
    LargeModel.PrintMemory(folder);
    return 0;
}

if (args is ["large-one", var model, var recipe])
{
    LargeModel.Measure(model, recipe);
    return 0;
}

if (args is ["write", var path])
{
    BenchFleet.Onnx.OnnxFile.Save(Transformer.Create(), path);
    return 0;
}

const int Rounds = 7;
const int Count = 1 << 24;
var random = new Random(1);
var values = new float[Count];
foreach (ref var value in values.AsSpan())
    value = (float)(random.NextDouble() * 2 - 1);
var (codes, packed, halves) = (new byte[Count], new byte[Count / 2], new Half[Count]);
var ones = Enumerable.Repeat(0.01f, 4096).ToArray();
var zeros = new int[4096];

(string Name, Action Plain, Action Ours)[] kernels =
[
    ("quantize, one scale", () => LinearQuantization.QuantizeScalar(values, 0.01f, 0, -128, 127, codes),
    () => LinearQuantization.Quantize(values, 0.01f, 0, -128, 127, codes)),
    ("quantize, a scale a column", () => LinearQuantization.QuantizeScalar(values, 0.01f, 0, -128, 127, codes), Columns),
    ("pack nibbles", () => NibblePacking.PackScalar(codes, packed), () => NibblePacking.Pack(codes, packed)),
    ("to half", PlainHalves, () => HalfConversion.ToHalf(values, halves)),
];

var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
Console.WriteLine($"vector width: {bits} bits; one thread; median of {Rounds}");
Console.WriteLine($"{"kernel",-30}{"plain GB/s",12}{"ours GB/s",12}{"ratio",8}");
foreach (var (name, plain, ours) in kernels)
{
    var (slow, fast) = Interleaved(plain, ours);
    var bytes = name == "pack nibbles" ? Count : 4L * Count;
    Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{name,-30}{bytes / slow / 1e9,12:F1}{bytes / fast / 1e9,12:F1}{slow / fast,8:F1}"));
}

Transformer.PrintTimes(Rounds);
return 0;

void Columns()
{
    for (var at = 0; at < Count; at += ones.Length)
        LinearQuantization.QuantizeEach(values.AsSpan(at, ones.Length), ones, zeros, -128, 127, codes.AsSpan(at, ones.Length));
}

void PlainHalves()
{
    for (var i = 0; i < values.Length; i++)
        halves[i] = (Half)values[i];
}

static (double Slow, double Fast) Interleaved(Action plain, Action ours)
{
    var (slow, fast) = (new List<double>(), new List<double>());
    for (var round = 0; round <= Rounds; round++)
    {
        var (a, b) = (Seconds(plain), Seconds(ours));
        if (round == 0) continue;
        slow.Add(a);
        fast.Add(b);
    }

    return (slow.Order().ElementAt(Rounds / 2), fast.Order().ElementAt(Rounds / 2));
}

static double Seconds(Action action)
{
    var start = Stopwatch.GetTimestamp();
    action();
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}
