using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Compression.Calibration;

/// <summary>Sees one value of one sample while it is alive.</summary>
internal delegate void ValueVisitor(string name, ReadOnlySpan<float> values, ReadOnlySpan<long> shape);

/// <summary>
/// Shows the wanted float inputs and outputs of a session. Several samples run at once, each on one thread; a value sees the samples in their
/// order, whichever was ready first, so that what is learned does not depend on the number of processors.
/// </summary>
/// <param name="together">Samples whose values are alive at once.</param>
internal sealed class SampleRun(ModelSession session, IEnumerable<string> wanted, int together, CancellationToken cancellation)
{
    private readonly List<string> _outputs = [.. wanted.Intersect(session.FloatOutputs)];
    private readonly List<string> _inputs = [.. wanted.Except(session.FloatOutputs)];

    /// <summary>The number of samples seen, and why it ended early, if it did.</summary>
    public (int Count, string? Failure) Over(IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, ValueVisitor visit)
    {
        var count = 0;
        foreach (var some in samples.Chunk(together))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_outputs.Count > 0 && VisitOutputs(some, count, visit) is { } failure) return (count, failure);
            foreach (var name in _inputs)
            {
                foreach (var sample in some.Where(sample => sample.ContainsKey(name)))
                    visit(name, sample[name].AsFloats(), sample[name].Dims.AsSpan());
            }

            count += some.Length;
        }

        return (count, null);
    }

    /// <summary>Why one of the samples could not be run, or null.</summary>
    private string? VisitOutputs(IReadOnlyDictionary<string, OnnxTensor>[] samples, int first, ValueVisitor visit)
    {
        var runs = new (IDisposableReadOnlyCollection<OrtValue>? Values, string? Refusal)[samples.Length];
        try
        {
            Lanes.For(0, samples.Length, i => runs[i] = session.Results(samples[i], _outputs));
            if (Array.FindIndex(runs, run => run.Values is null) is var failed and >= 0)
                return $"calibration sample {first + failed} does not fit the model: {runs[failed].Refusal}";
            Lanes.For(0, _outputs.Count, place =>
            {
                foreach (var (values, _) in runs)
                    Visit(_outputs[place], values![place], visit);
            });
            return null;
        }
        finally
        {
            foreach (var (values, _) in runs)
                values?.Dispose();
        }
    }

    private static void Visit(string name, OrtValue value, ValueVisitor visit)
    {
        var facts = value.GetTensorTypeAndShape();
        if (facts.ElementCount > 0) visit(name, value.GetTensorDataAsSpan<float>(), facts.Shape);
    }
}
