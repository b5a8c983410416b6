using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Compression.Calibration;

/// <summary>Sees one value of one sample while it is alive.</summary>
internal delegate void ValueVisitor(string name, ReadOnlySpan<float> values, ReadOnlySpan<long> shape);

/// <summary>Shows the wanted float inputs and outputs of a session, sample by sample.</summary>
internal sealed class SampleRun(ModelSession session, IEnumerable<string> wanted, CancellationToken cancellation)
{
    private readonly List<string> _outputs = [.. wanted.Intersect(session.FloatOutputs)];
    private readonly List<string> _inputs = [.. wanted.Except(session.FloatOutputs)];

    /// <summary>The number of samples seen, and why it ended early, if it did.</summary>
    public (int Count, string? Failure) Over(IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, ValueVisitor visit)
    {
        var count = 0;
        foreach (var sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            // The runtime refuses to run for no output, and inputs are at hand without it.
            if (_outputs.Count > 0 && session.Run(sample, _outputs, (name, value) => Visit(name, value, visit)) is { } reason)
                return (count, $"calibration sample {count} does not fit the model: {reason}");
            foreach (var name in _inputs.Where(sample.ContainsKey))
                visit(name, sample[name].AsFloats(), sample[name].Dims.AsSpan());
            count++;
        }

        return (count, null);
    }

    private static void Visit(string name, OrtValue value, ValueVisitor visit)
    {
        var facts = value.GetTensorTypeAndShape();
        if (facts.ElementCount > 0) visit(name, value.GetTensorDataAsSpan<float>(), facts.Shape);
    }
}
