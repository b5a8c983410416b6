using System.Collections.Immutable;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Inputs;

/// <summary>Generated inputs for a launch that was given none, in the order in which the session lists its inputs.</summary>
public static class DrawnInputs
{
    /// <summary>Enough that caches are not flattered (method.md, 2.1); fewer when samples are big.</summary>
    public const int Samples = 32;

    private const long MostBytes = 64L << 20;

    /// <returns>Samples or one sentence that says why none can be drawn.</returns>
    public static (IReadOnlyList<IReadOnlyList<OnnxTensor>> Samples, string? Refusal) Draw(ImmutableArray<ModelValue> inputs, ulong seed)
    {
        var values = inputs.Select(ValueOf).ToArray();
        if (GeneratedInputs.Refuse(values) is { } refusal) return ([], refusal);

        var first = Draw(values, seed, 0);
        var count = (int)Math.Clamp(MostBytes / Math.Max(1, first.Sum(tensor => tensor.Weight.ByteLength)), 1, Samples);
        return ([first, .. Enumerable.Range(1, count - 1).Select(number => Draw(values, seed, number))], null);
    }

    private static IReadOnlyList<OnnxTensor> Draw(ValueInfo[] inputs, ulong seed, int number)
    {
        var sample = GeneratedInputs.Sample(inputs, seed, number);
        return [.. inputs.Select(input => sample[input.Name])];
    }

    private static ValueInfo ValueOf(ModelValue input) => new(
        input.Name, input.Type, new Shape([.. input.Dims.Select((dim, axis) => dim >= 0 ? dim : input.Symbols[axis].Length > 0 ? Dim.Named(input.Symbols[axis]) : Dim.Unknown)]));
}
