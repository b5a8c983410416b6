using System.Collections.Immutable;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>An input or output as a session declares it.</summary>
/// <param name="Dims">Sizes; -1 where the model leaves one open.</param>
/// <param name="Symbols">Names of open sizes; empty where a size is fixed or nameless.</param>
public sealed record ModelValue(string Name, bool IsTensor, ElementType Type, ImmutableArray<long> Dims, ImmutableArray<string> Symbols)
{
    public static ImmutableArray<ModelValue> InputsOf(InferenceSession session) =>
        [.. session.InputNames.Select(name => Of(name, session.InputMetadata[name]))];

    public static ImmutableArray<ModelValue> OutputsOf(InferenceSession session) =>
        [.. session.OutputNames.Select(name => Of(name, session.OutputMetadata[name]))];

    private static ModelValue Of(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new ModelValue(name, true, (ElementType)metadata.ElementDataType, [.. metadata.Dimensions.Select(dim => (long)dim)],
            [.. metadata.SymbolicDimensions])
        : new ModelValue(name, false, ElementType.Undefined, [], []);
}
