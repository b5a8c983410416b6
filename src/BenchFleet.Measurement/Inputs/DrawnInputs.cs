using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Inputs;

/// <summary>
/// Inputs drawn from a seed for models that come without samples: the same for every variant of a model, so that variants stay comparable.
/// Floats are standard normal; integers are 0 or 1, which is a valid index or token in nearly every model.
/// </summary>
public static class DrawnInputs
{
    /// <summary>Enough that caches are not flattered (method.md, 2.1); fewer when samples are big.</summary>
    public const int Samples = 32;

    private const long ImageSide = 224;
    private const long SequenceLength = 128;
    private const long MostBytes = 64L << 20;

    /// <returns>Samples or one sentence that says why none can be drawn.</returns>
    public static (IReadOnlyList<IReadOnlyList<OnnxTensor>> Samples, string? Refusal) Draw(ImmutableArray<ModelValue> inputs, ulong seed)
    {
        if (inputs.FirstOrDefault(input => !input.IsTensor || !IsSupported(input.Type)) is { } odd)
            return ([], $"Input '{odd.Name}' cannot be generated: only tensors of numbers can; give the model a dataset.");
        var random = new SplitMix64(seed);
        var bytes = Math.Max(1, inputs.Sum(input => input.Type.ByteCount(Elements(input))));
        var count = (int)Math.Clamp(MostBytes / bytes, 1, Samples);
        return ([.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<OnnxTensor>)[.. inputs.Select(input => Tensor(input, random))])],
            null);
    }

    private static bool IsSupported(ElementType type) =>
        type is ElementType.Float or ElementType.Float16 or ElementType.Double or ElementType.Bool
        or ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.UInt16 or ElementType.Int32 or ElementType.UInt32
        or ElementType.Int64 or ElementType.UInt64;

    // The batch is 1; other open sizes get one that most models accept.
    private static long[] Shape(ModelValue input) => [.. input.Dims.Select((dim, axis) => dim >= 0 ? dim : Open(input, axis))];

    private static long Open(ModelValue input, int axis) =>
        axis == 0 || input.Symbols[axis].Contains("batch", StringComparison.OrdinalIgnoreCase) ? 1
        : input.Dims.Length == 4 && axis >= 2 ? ImageSide
        : SequenceLength;

    private static long Elements(ModelValue input) => Shape(input).Aggregate(1L, (product, dim) => product * dim);

    private static OnnxTensor Tensor(ModelValue input, SplitMix64 random)
    {
        var data = new byte[input.Type.ByteCount(Elements(input))];
        switch (input.Type)
        {
            case ElementType.Float:
                Fill(MemoryMarshal.Cast<byte, float>(data.AsSpan()), () => (float)Normal(random));
                break;
            case ElementType.Double:
                Fill(MemoryMarshal.Cast<byte, double>(data.AsSpan()), () => Normal(random));
                break;
            case ElementType.Float16:
                Fill(MemoryMarshal.Cast<byte, Half>(data.AsSpan()), () => (Half)Normal(random));
                break;
            default:
                var width = input.Type.BitWidth() / 8;
                for (var i = 0; i < data.Length; i += width) data[i] = (byte)random.NextIndex(2);
                break;
        }
        return OnnxTensor.FromBytes(input.Name, input.Type, Shape(input), data);
    }

    private static void Fill<T>(Span<T> values, Func<T> next)
    {
        foreach (ref var value in values) value = next();
    }

    // Box and Muller; 1 - u is never 0.
    private static double Normal(SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
