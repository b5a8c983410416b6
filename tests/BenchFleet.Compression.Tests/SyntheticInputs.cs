using System.Runtime.InteropServices;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests;

/// <summary>How inputs are made up where no dataset exists.</summary>
public sealed record SyntheticInputSettings
{
    public static SyntheticInputSettings Default { get; } = new();

    /// <summary>Lengths of axes that the model leaves open, by symbol ("batch") or by "input:axis" ("audio:1"). Default: 1.</summary>
    public IReadOnlyDictionary<string, int> Dims { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// Least and greatest value of integer inputs by name. Default 0 and 1, which index any table and fill any mask.
    /// </summary>
    public IReadOnlyDictionary<string, (long Min, long Max)> Integers { get; init; } =
        new Dictionary<string, (long, long)>(StringComparer.Ordinal);
}

/// <summary>
/// Seeded inputs in the form of the model's signature: floats even in [-1, 1), integers and flags from their range. Good for shapes,
/// loading and rough ranges; a model calibrated on them is not fit to be judged for accuracy.
/// </summary>
public static class SyntheticInputs
{
    public static IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> For(
        OnnxModel model, int count, ulong seed, SyntheticInputSettings? settings = null)
    {
        settings ??= SyntheticInputSettings.Default;
        var inputs = model.Graph.Inputs.Where(input => !model.Graph.Initializers.Contains(input.Name)).ToList();
        var random = new SplitMix(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => (IReadOnlyDictionary<string, OnnxTensor>)inputs.ToDictionary(
                input => input.Name, input => Make(input, random, settings), StringComparer.Ordinal)),
        ];
    }

    private static OnnxTensor Make(ValueInfo input, SplitMix random, SyntheticInputSettings settings)
    {
        var shape = input.Shape ?? Shape.Scalar;
        var dims = new long[shape.Rank];
        for (var axis = 0; axis < dims.Length; axis++)
            dims[axis] = shape[axis].Value ?? Open(shape[axis], $"{input.Name}:{axis}", settings);

        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        var (min, max) = settings.Integers.TryGetValue(input.Name, out var range) ? range : (0, 1);
        var bytes = input.ElementType switch
        {
            ElementType.Float => Bytes<float>(count, random.NextFloat),
            ElementType.Double => Bytes<double>(count, () => random.NextFloat()),
            ElementType.Float16 => Bytes(count, () => (Half)random.NextFloat()),
            ElementType.Int64 or ElementType.UInt64 => Bytes(count, () => random.NextInteger(min, max)),
            ElementType.Int32 or ElementType.UInt32 => Bytes(count, () => (int)random.NextInteger(min, max)),
            ElementType.Int16 or ElementType.UInt16 => Bytes(count, () => (short)random.NextInteger(min, max)),
            ElementType.Int8 or ElementType.UInt8 => Bytes(count, () => (byte)random.NextInteger(min, max)),
            ElementType.Bool => Bytes(count, () => (byte)random.NextInteger(0, 1)),
            _ => throw new NotSupportedException($"Inputs of type {input.ElementType} cannot be made up; '{input.Name}' is one."),
        };
        return OnnxTensor.FromBytes(input.Name, input.ElementType, dims, bytes);
    }

    private static long Open(Dim dim, string place, SyntheticInputSettings settings)
    {
        if (settings.Dims.TryGetValue(place, out var placed)) return placed;
        return dim.Symbol is { } symbol && settings.Dims.TryGetValue(symbol, out var named) ? named : 1;
    }

    private static byte[] Bytes<T>(long count, Func<T> next)
        where T : unmanaged
    {
        var values = new T[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = next();
        return MemoryMarshal.AsBytes<T>(values).ToArray();
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every platform and runtime version.</summary>
    private sealed class SplitMix(ulong seed)
    {
        private ulong _state = seed;

        public float NextFloat() => (Next() >> 40) * (2f / (1 << 24)) - 1;

        public long NextInteger(long min, long max) => min + (long)(Next() % (ulong)(max - min + 1));

        private ulong Next()
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
