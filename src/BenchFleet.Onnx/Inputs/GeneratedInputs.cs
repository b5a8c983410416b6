using System.Runtime.InteropServices;
using BenchFleet.Statistics;

namespace BenchFleet.Onnx;

/// <summary>
/// Inputs for a model that comes without samples: standard normal floats, small whole numbers. Good for speed, shapes and for comparing a variant
/// with its original; they say nothing about accuracy. Sample i of a seed is the same on every machine, for every variant of a model.
/// </summary>
public static class GeneratedInputs
{
    /// <summary>Embedding tables have at least so many rows in nearly every model; a larger index would be out of their range.</summary>
    private const int IntegersBelow = 100;
    private const long LargestSample = 1L << 28;
    private const int ImageSide = 224;
    private const int Length = 128;

    /// <summary>Why inputs of these types cannot be made up, one sentence, or null.</summary>
    public static string? Refuse(IEnumerable<ValueInfo> inputs, IReadOnlyDictionary<string, long>? lengths = null)
    {
        foreach (var input in inputs)
        {
            if (!CanMake(input)) return $"Inputs cannot be generated for '{input.Name}' ({input.ElementType}): a dataset has to provide them.";
            if (Dims(input, lengths).Aggregate(Int128.One, (product, dim) => product * dim) > LargestSample)
                return $"The model's input '{input.Name}' {input.Shape} is too large to be generated: a dataset has to provide it.";
        }

        return null;
    }

    /// <param name="inputs">Types that <see cref="Refuse"/> does not refuse.</param>
    /// <param name="seed">Same seed, same samples.</param>
    /// <param name="number">Zero-based number of the sample.</param>
    /// <param name="lengths">Lengths of axes that the model leaves open, by symbol ("batch") or by input and axis ("audio:1").</param>
    public static IReadOnlyDictionary<string, OnnxTensor> Sample(
        IEnumerable<ValueInfo> inputs, ulong seed, int number, IReadOnlyDictionary<string, long>? lengths = null) =>
        inputs.Select((input, position) => Make(input, Dims(input, lengths), Stream(seed, number, position)))
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    private static bool CanMake(ValueInfo input) => input.IsTensor && (input.ElementType.IsInteger() && input.ElementType.BitWidth() >= 8
        || input.ElementType is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.Bool);

    /// <summary>The first open axis is the batch, 1; sides of images 224, other open axes 128: lengths that most models accept.</summary>
    private static long[] Dims(ValueInfo input, IReadOnlyDictionary<string, long>? lengths)
    {
        var shape = input.Shape?.Dims ?? [];
        return [.. shape.Select((dim, axis) => dim.Value ?? Given(input, dim, axis, lengths) ?? (IsBatch(dim, axis) ? 1 : shape.Length == 4 && axis >= 2 ? ImageSide : Length))];
    }

    private static long? Given(ValueInfo input, Dim dim, int axis, IReadOnlyDictionary<string, long>? lengths) =>
        lengths is null ? null
        : lengths.TryGetValue($"{input.Name}:{axis}", out var placed) ? placed
        : dim.Symbol is { } symbol && lengths.TryGetValue(symbol, out var named) ? named
        : null;

    private static bool IsBatch(Dim dim, int axis) => axis == 0 || dim.Symbol?.Contains("batch", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>A stream of its own for each input of each sample, so that neither the order nor the number of samples matters.</summary>
    private static SplitMix64 Stream(ulong seed, int number, int position) =>
        new(new SplitMix64(seed + 0x9E3779B97F4A7C15UL * (((ulong)(uint)number << 8) | (uint)position)).NextUInt64());

    private static OnnxTensor Make(ValueInfo input, long[] dims, SplitMix64 random)
    {
        var data = new byte[input.ElementType.ByteCount(dims.Aggregate(1L, (product, dim) => product * dim))];
        switch (input.ElementType)
        {
            case ElementType.Float:
                foreach (ref var value in MemoryMarshal.Cast<byte, float>(data.AsSpan())) value = (float)Normal(random);
                break;
            case ElementType.Double:
                foreach (ref var value in MemoryMarshal.Cast<byte, double>(data.AsSpan())) value = Normal(random);
                break;
            case ElementType.Float16:
                foreach (ref var value in MemoryMarshal.Cast<byte, Half>(data.AsSpan())) value = (Half)Normal(random);
                break;
            default:
                var width = input.ElementType.BitWidth() / 8;
                var below = input.ElementType == ElementType.Bool ? 2 : IntegersBelow;
                for (var i = 0; i < data.Length; i += width) data[i] = (byte)random.NextIndex(below);
                break;
        }

        return OnnxTensor.FromBytes(input.Name, input.ElementType, dims, data);
    }

    // Twelve uniforms less six have mean 0 and variance 1; unlike logarithm and cosine, sums have the same last bit on every machine.
    private static double Normal(SplitMix64 random)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += random.NextDouble();
        return sum;
    }
}
