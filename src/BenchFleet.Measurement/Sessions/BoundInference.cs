using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BenchFleet.Measurement.Stages;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>
/// Inputs bound once per sample, outputs to memory allocated beforehand where their shape is known: a call is one native call that
/// allocates nothing on our side.
/// </summary>
public sealed class BoundInference : IInference, IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _owned = [];
    private readonly OrtIoBinding[] _bindings;
    private readonly ImmutableArray<ModelValue> _outputs;

    /// <param name="firstOutputs">Shapes that the first query's outputs really had; null for an output that is no tensor.</param>
    public BoundInference(InferenceSession session, QuerySet queries, ImmutableArray<ImmutableArray<long>?> firstOutputs)
    {
        _session = session;
        _outputs = ModelValue.OutputsOf(session);
        var inputs = ModelValue.InputsOf(session);
        var shapes = queries.Tensors.Select(query => OutputShapes.Resolve(inputs, query, _outputs)).ToList();
        // A model may declare a shape it does not keep; then, and where a size depends on the data, the runtime allocates.
        var trusted = _outputs
            .Select((_, i) => shapes[0][i] is { } shape && firstOutputs[i] is { } actual && shape.AsSpan().SequenceEqual(actual.AsSpan()))
            .ToList();
        PreallocatedOutputs = trusted.Count(known => known);
        _bindings = [.. Enumerable.Range(0, queries.Count)
            .Select(query => Bind(queries[query], _outputs.Select((_, i) => trusted[i] ? shapes[query][i] : null)))];
    }

    public int Samples => _bindings.Length;

    public int PreallocatedOutputs { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int sample) => _session.RunWithBinding(_options, _bindings[sample]);

    /// <summary>One run, numeric outputs copied out.</summary>
    public ImmutableArray<OnnxTensor> Outputs(int sample)
    {
        using var values = _session.RunWithBoundResults(_options, _bindings[sample]);
        return [.. values.Select((value, i) => TensorValue.Read(_outputs[i].Name, value))];
    }

    public void Dispose()
    {
        foreach (var binding in _bindings) binding.Dispose();
        foreach (var value in _owned) value.Dispose();
        _options.Dispose();
    }

    private OrtIoBinding Bind(OrtValue[] query, IEnumerable<ImmutableArray<long>?> shapes)
    {
        var binding = _session.CreateIoBinding();
        foreach (var (name, value) in _session.InputNames.Zip(query)) binding.BindInput(name, value);
        foreach (var (output, shape) in _outputs.Zip(shapes))
            if (shape is { } known) binding.BindOutput(output.Name, Own(TensorValue.Allocate(output.Type, known)));
            else binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
        return binding;
    }

    private OrtValue Own(OrtValue value)
    {
        _owned.Add(value);
        return value;
    }
}
