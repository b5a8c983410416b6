using System.Runtime.InteropServices;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets;

/// <summary>
/// Inputs for a model that comes without a dataset: standard normal floats, small whole numbers. Good for speed and for comparing a variant
/// with its original; they say nothing about accuracy. Sample i of a seed is the same on every machine.
/// </summary>
public static class GeneratedSamples
{
    // Embedding tables have at least so many rows in nearly every model; a larger index would be out of their range.
    private const int LargestInteger = 100;
    private const long LargestSample = 1L << 28;

    public static SampleRead For(ModelSignature model, int count, ulong seed, int skip = 0)
    {
        if (model.Inputs.FirstOrDefault(input => !CanMake(input)) is { } strange)
            return new SampleRead.Refused($"Inputs cannot be generated for {ModelSignature.Describe(strange)}: a dataset has to provide them.");
        if (model.Inputs.FirstOrDefault(input => Dims(input).Aggregate(Int128.One, (product, dim) => product * dim) > LargestSample) is { } large)
            return new SampleRead.Refused($"The model's input {ModelSignature.Describe(large)} is too large to be generated.");
        return new SampleRead.Fits(count, Enumerable.Range(skip, count).Select((i, index) => Make(model, seed, i, index)));
    }

    private static bool CanMake(ValueInfo input) => input.IsTensor && (input.ElementType.IsInteger() && input.ElementType.BitWidth() >= 8
        || input.ElementType is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.Bool);

    private static Sample Make(ModelSignature model, ulong seed, int number, int index)
    {
        var feeds = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        foreach (var (position, input) in model.Inputs.Index())
        {
            // 64-bit seeds do not fit System.Random; the mixing keeps samples and inputs apart.
            var random = new Random(Mix(seed, number, position));
            feeds[input.Name] = MakeTensor(input, random);
        }

        return new Sample(index, feeds, null);
    }

    private static OnnxTensor MakeTensor(ValueInfo input, Random random)
    {
        var dims = Dims(input);
        var count = checked((int)dims.Aggregate(1L, (product, dim) => product * dim));
        if (!input.ElementType.IsFloat())
        {
            var width = input.ElementType.BitWidth() / 8;
            var limit = input.ElementType == ElementType.Bool ? 2 : LargestInteger;
            var bytes = new byte[count * width];
            for (var i = 0; i < count; i++) bytes[i * width] = (byte)random.Next(limit);
            return OnnxTensor.FromBytes(input.Name, input.ElementType, dims, bytes);
        }

        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = (float)Normal(random);
        return Fitting.Elements.Of(input.Name, input.ElementType, dims, values);
    }

    /// <summary>The first open axis is the batch, 1; image sides 224, any other 128: lengths that most models accept.</summary>
    private static long[] Dims(ValueInfo input)
    {
        var shape = input.Shape?.Dims ?? [];
        return [.. shape.Select((dim, axis) => dim.Value ?? (axis == 0 ? 1 : shape.Length == 4 && axis >= 2 ? 224 : IsBatch(dim) ? 1 : 128))];
    }

    private static bool IsBatch(Dim dim) => dim.Symbol?.Contains("batch", StringComparison.OrdinalIgnoreCase) == true;

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Mix(ulong seed, int number, int position)
    {
        Span<ulong> words = [seed, ((ulong)(uint)number << 32) | (uint)position];
        var hash = 14695981039346656037UL; // FNV-1a: stable across processes, unlike System.HashCode.
        foreach (var part in MemoryMarshal.AsBytes(words)) hash = (hash ^ part) * 1099511628211UL;
        return (int)(hash ^ (hash >> 32)) & int.MaxValue;
    }
}
