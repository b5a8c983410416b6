using System.Collections.Immutable;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Compression.Calibration;

/// <summary>Statistics, or why there are none.</summary>
public abstract record CalibrationResult
{
    private CalibrationResult() { }

    public sealed record Calibrated(CalibrationStatistics Statistics) : CalibrationResult;

    public sealed record Failed(string Reason) : CalibrationResult;
}

/// <summary>
/// Runs samples through the model with every value of its top graph as an extra output and keeps the least and the greatest of each
/// (MinMax). Activations live for one sample only.
/// </summary>
public static class Calibrator
{
    /// <param name="samples">Inputs by name; read once, in order, until they end.</param>
    public static CalibrationResult Run(
        OnnxModel model, IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, CancellationToken cancellation = default)
    {
        using var observed = WithAllOutputs(model);
        switch (ModelSession.Open(observed, optimize: false))
        {
            case SessionOpened.Ready(var session):
                using (session)
                    return Collect(session, model, samples, cancellation);
            case SessionOpened.Refused(var reason):
                return new CalibrationResult.Failed($"the model cannot be run for calibration: {reason}");
            default:
                throw new InvalidOperationException("A session is ready or refused.");
        }
    }

    private static CalibrationResult Collect(
        ModelSession session, OnnxModel model, IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, CancellationToken cancellation)
    {
        var wanted = session.FloatOutputs;
        var inputs = model.Graph.Inputs.Where(input => input.ElementType == ElementType.Float).Select(input => input.Name).ToList();
        var ranges = new Dictionary<string, ValueRange>(StringComparer.Ordinal);
        var count = 0;
        foreach (var sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            if (session.Run(sample, wanted, (name, value) => Take(name, Floats(value))) is { } reason)
                return new CalibrationResult.Failed($"calibration sample {count} does not fit the model: {reason}");
            foreach (var name in inputs.Where(sample.ContainsKey))
                Take(name, sample[name].AsFloats());
            count++;
        }

        return count == 0
            ? new CalibrationResult.Failed("there are no calibration samples")
            : new CalibrationResult.Calibrated(new(count, ranges.ToImmutableSortedDictionary(StringComparer.Ordinal)));

        void Take(string name, ReadOnlySpan<float> values)
        {
            if (values.IsEmpty) return;
            var (min, max) = LinearQuantization.Range(values);
            ranges[name] = ranges.TryGetValue(name, out var known) ? known.With(new(min, max)) : new(min, max);
        }
    }

    private static ReadOnlySpan<float> Floats(OrtValue value) =>
        value.GetTensorTypeAndShape().ElementCount == 0 ? [] : value.GetTensorDataAsSpan<float>();

    /// <summary>The runtime infers the types of the added outputs, so they are given by name alone.</summary>
    private static OnnxModel WithAllOutputs(OnnxModel model)
    {
        var observed = model.Clone();
        var known = observed.Graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var inner = observed.Graph.Nodes.SelectMany(node => node.Outputs).Where(name => name.Length > 0 && known.Add(name));
        foreach (var name in inner.ToList())
            observed.Graph.Outputs.Add(new ValueInfo(name));
        return observed;
    }
}
