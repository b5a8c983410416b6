using System.Collections.Immutable;
using BenchFleet.Measurement.Stages;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>Passes inputs with every call and lets the runtime allocate the outputs: how most programs call it.</summary>
public sealed class UnboundInference(InferenceSession session, QuerySet queries) : IInference, IDisposable
{
    private readonly RunOptions _options = new();
    private readonly IReadOnlyList<string> _inputNames = [.. session.InputNames];
    private readonly IReadOnlyList<string> _outputNames = [.. session.OutputNames];

    public int Samples => queries.Count;

    public void Run(int sample) => RunOnce(sample).Dispose();

    /// <summary>One run whose outputs are kept; the caller disposes them.</summary>
    public IDisposableReadOnlyCollection<OrtValue> RunOnce(int sample) => session.Run(_options, _inputNames, queries[sample], _outputNames);

    /// <summary>One run, numeric outputs copied out.</summary>
    public ImmutableArray<OnnxTensor> Outputs(int sample)
    {
        using var values = RunOnce(sample);
        return [.. values.Zip(_outputNames, (value, name) => TensorValue.Read(name, value))];
    }

    public void Dispose() => _options.Dispose();
}
