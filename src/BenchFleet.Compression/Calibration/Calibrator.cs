using System.Collections.Immutable;
using BenchFleet.Compression.Numerics;
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
/// for one sample only, and no more of them at once than a budget holds.
/// </summary>
public static class Calibrator
{
    /// <summary>Bytes of activations that are kept for one sample.</summary>
    private const long Budget = 1L << 30;

    /// <param name="samples">Gives the inputs by name each time it is called; read in order until they end, a second time for histograms.</param>
    public static CalibrationResult Run(
        OnnxModel model, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>> samples, CalibrationRequest request,
        CancellationToken cancellation = default) => Run(model, samples, request, Budget, cancellation);

    internal static CalibrationResult Run(
        OnnxModel model, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>> samples, CalibrationRequest request, long budget,
        CancellationToken cancellation)
    {
        var (count, values) = (0, ImmutableSortedDictionary.CreateBuilder<string, ValueStatistics>(StringComparer.Ordinal));
        foreach (var group in OutputGroups.Of(model, Wanted(model, request), samples().FirstOrDefault(), budget))
        {
            using var observed = WithOutputs(model, group.Names);
            switch (ModelSession.Open(observed, optimize: false))
            {
                case SessionOpened.Ready(var session):
                    using (session)
                    {
                        var together = (int)Math.Clamp(budget / Math.Max(1, group.Bytes), 1, Lanes.Count);
                        (count, var failure) = Collect(session, [.. group.Names], together, samples, request, values, cancellation);
                        if (failure is not null) return new CalibrationResult.Failed(failure);
                    }

                    break;
                case SessionOpened.Refused(var reason):
                    return new CalibrationResult.Failed($"the model cannot be run for calibration: {reason}");
            }
        }

        return count == 0
            ? new CalibrationResult.Failed("there are no calibration samples")
            : new CalibrationResult.Calibrated(CalibrationStatistics.Empty with { Samples = count, Values = values.ToImmutable() });
    }

    private static (int Count, string? Failure) Collect(
        ModelSession session, HashSet<string> group, int together, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>> samples,
        CalibrationRequest request, ImmutableSortedDictionary<string, ValueStatistics>.Builder values, CancellationToken cancellation)
    {
        var observers = session.FloatOutputs.Concat(session.FloatInputs).Where(group.Contains).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => new ValueObserver(request.WishFor(name), request), StringComparer.Ordinal);
        var run = new SampleRun(session, observers.Keys, together, cancellation);
        var (count, failure) = run.Over(Seen(samples(), request), (name, seen, shape) => observers[name].Take(seen, shape));
        if (failure is null && group.Any(name => ValueObserver.RunsTwice(request.WishFor(name).What)))
            (_, failure) = run.Over(Seen(samples(), request), (name, seen, _) => observers[name].Count(seen));
        foreach (var (name, observer) in observers)
            values[name] = observer.Result();
        return (count, failure);
    }

    /// <summary>Inputs first, then what the nodes make, in the order of the graph.</summary>
    private static IEnumerable<string> Wanted(OnnxModel model, CalibrationRequest request) =>
        model.Graph.Inputs.Select(input => input.Name).Concat(model.Graph.Nodes.SelectMany(node => node.Outputs))
            .Where(name => name.Length > 0 && request.WishFor(name).What != Observation.None)
            .Distinct(StringComparer.Ordinal);

    /// <summary>All but those that a pass keeps to judge by.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> Seen(
        IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, CalibrationRequest request) =>
        samples.Where((_, place) => !CalibrationRequest.IsHeld(place, request.HoldEvery));

    /// <summary>The runtime infers the types of the added outputs, so they are given by name alone.</summary>
    private static OnnxModel WithOutputs(OnnxModel model, List<string> group)
    {
        var observed = model.Clone();
        var known = observed.Graph.Outputs.Concat(observed.Graph.Inputs).Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in group.Where(known.Add))
            observed.Graph.Outputs.Add(new ValueInfo(name));
        return observed;
    }
}
