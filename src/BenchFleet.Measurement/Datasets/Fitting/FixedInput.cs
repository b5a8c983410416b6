using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>An input that is the same for every sample: a recurrent state at zeros, a sampling rate.</summary>
/// <param name="Dims">Null takes the model's shape, with 1 for what it leaves open.</param>
/// <param name="Values">One value fills the tensor.</param>
internal sealed record FixedInput(string Name, ImmutableArray<long>? Dims, ImmutableArray<double> Values)
{
    public OnnxTensor For(ValueInfo input)
    {
        var dims = Dims ?? [.. input.Shape?.Dims.Select(dim => dim.Value ?? 1) ?? []];
        if (input.Shape is { } shape && !Fits(shape, dims))
            throw new InvalidDataException(
                $"the fixed input '{Name}' is [{string.Join(",", dims)}], and the model takes {ModelSignature.Describe(input)}.");
        var count = dims.Aggregate(1L, (product, dim) => checked(product * dim));
        var values = Values.Length == 1 ? Enumerable.Repeat((float)Values[0], checked((int)count)).ToArray()
            : [.. Values.Select(value => (float)value)];
        if (values.Length != count)
            throw new InvalidDataException($"the fixed input '{Name}' has {values.Length} values for [{string.Join(",", dims)}].");
        return Elements.Of(input.Name, input.ElementType, dims, values);
    }

    private static bool Fits(Shape shape, ImmutableArray<long> dims) =>
        shape.Rank == dims.Length && shape.Dims.Zip(dims).All(pair => pair.First.Value is not { } length || length == pair.Second);
}
