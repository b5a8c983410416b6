using System.Collections.Immutable;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Calibration;

/// <summary>Statistics, or why there are none.</summary>
public abstract record CalibrationResult
{
    private CalibrationResult() { }

    public sealed record Calibrated(CalibrationStatistics Statistics) : CalibrationResult;

    public sealed record Failed(string Reason) : CalibrationResult;
}

/// <summary>
/// Runs samples through the model with the wanted values of its top graph as extra outputs and reduces each as it comes. Activations live
/// for one sample only.
/// </summary>
public static class Calibrator
{
    /// <param name="samples">Gives the inputs by name each time it is called; read in order until they end, a second time for histograms.</param>
    public static CalibrationResult Run(
        OnnxModel model, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>> samples, CalibrationRequest request,
        CancellationToken cancellation = default)
    {
        using var observed = WithOutputs(model, request);
        switch (ModelSession.Open(observed, optimize: false))
        {
            case SessionOpened.Ready(var session):
                using (session)
                    return Collect(session, model, samples, request, cancellation);
            case SessionOpened.Refused(var reason):
                return new CalibrationResult.Failed($"the model cannot be run for calibration: {reason}");
            default:
                throw new InvalidOperationException("A session is ready or refused.");
        }
    }

    private static CalibrationResult Collect(
        ModelSession session, OnnxModel model, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>> samples, CalibrationRequest request,
        CancellationToken cancellation)
    {
        var inputs = model.Graph.Inputs.Where(input => input.ElementType == ElementType.Float).Select(input => input.Name);
        var observers = session.FloatOutputs.Concat(inputs).Distinct(StringComparer.Ordinal)
            .Where(name => request.WishFor(name).What != Observation.None)
            .ToDictionary(name => name, name => new ValueObserver(request.WishFor(name), request), StringComparer.Ordinal);
        var run = new SampleRun(session, observers.Keys, cancellation);
        var (count, failure) = run.Over(samples(), (name, values, shape) => observers[name].Take(values, shape));
        if (failure is null && WantsHistograms(request))
            (_, failure) = run.Over(samples(), (name, values, _) => observers[name].Count(values));
        if (failure is not null) return new CalibrationResult.Failed(failure);
        if (count == 0) return new CalibrationResult.Failed("there are no calibration samples");

        var values = observers.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Result(), StringComparer.Ordinal);
        return new CalibrationResult.Calibrated(CalibrationStatistics.Empty with { Samples = count, Values = values });
    }

    private static bool WantsHistograms(CalibrationRequest request) =>
        request.Values.Values.Select(wish => wish.What).Append(request.Everywhere).Any(ValueObserver.RunsTwice);

    /// <summary>The runtime infers the types of the added outputs, so they are given by name alone.</summary>
    private static OnnxModel WithOutputs(OnnxModel model, CalibrationRequest request)
    {
        var observed = model.Clone();
        var known = observed.Graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var inner = observed.Graph.Nodes.SelectMany(node => node.Outputs)
            .Where(name => name.Length > 0 && request.WishFor(name).What != Observation.None && known.Add(name));
        foreach (var name in inner.ToList())
            observed.Graph.Outputs.Add(new ValueInfo(name));
        return observed;
    }
}
