using System.Collections.Immutable;
using System.Diagnostics;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Inputs;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Stages;
using BenchFleet.Onnx;
using BenchFleet.Statistics;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Benchmarks;

/// <summary>One model's comparison: medians over pairs of short parts, so that a part another process interrupts moves nothing.</summary>
internal sealed record Overhead(string Model, double BareNs, double RunnerNs, double Ratio, QuantileInterval Interval, double DifferenceNs)
{
    private const double LongNs = 1e6;
    private const double MostRatio = 1.01;
    private const double MostNs = 3_000;

    private const long PartNs = 2_000_000;
    private const long BudgetNs = 6_000_000_000;
    private const int LeastPairs = 50;
    private const int MostPairs = 1_000;

    private bool Met => BareNs >= LongNs ? Ratio <= MostRatio : DifferenceNs <= MostNs;

    // Missed only when noise does not explain it.
    private bool Missed => !Met && Interval.Lower > (BareNs >= LongNs ? MostRatio : 1);

    public static Overhead Compare(string path)
    {
        using var session = ((SessionOutcome.Opened)SessionFactory.Create(path, RuntimeConfig.Default)).Session;
        var inputs = ModelValue.InputsOf(session);
        using var queries = new QuerySet(SampleBatch.Fit(DrawnInputs.Draw(inputs, 1).Samples, inputs, 1).Queries);
        using var unbound = new UnboundInference(session, queries);
        var outputs = unbound.Outputs(0);
        using var inference = new BoundInference(session, queries, [.. outputs.Select(output => (ImmutableArray<long>?)output.Dims)]);
        using var bare = new BareLoop(session, queries, outputs);

        var perCall = bare.NsPerCall(20);
        var calls = (int)Math.Max(1, PartNs / perCall);
        var pairs = (int)Math.Clamp(BudgetNs / (2 * calls * perCall), LeastPairs, MostPairs);
        var bareNs = new double[pairs];
        var runnerNs = new double[pairs];
        for (var pair = 0; pair < pairs; pair++)
        {
            // Each goes first as often as second.
            if (pair % 2 == 0) bareNs[pair] = bare.NsPerCall(calls);
            runnerNs[pair] = RunnerNsPerCall(inference, calls);
            if (pair % 2 != 0) bareNs[pair] = bare.NsPerCall(calls);
        }
        double[] ratios = [.. runnerNs.Zip(bareNs, (runner, alone) => runner / alone).Order()];
        double[] differences = [.. runnerNs.Zip(bareNs, (runner, alone) => runner - alone)];
        return new Overhead(
            Path.GetFileName(path), Moments.Median(bareNs), Moments.Median(runnerNs), Moments.Median(ratios),
            QuantileInterval.TryCompute(ratios, 0.5)!, Moments.Median(differences));
    }

    public bool Print(TextWriter output)
    {
        var interval = $"{Interval.Lower:0.0000}..{Interval.Upper:0.0000}";
        var verdict = Met ? "met" : Missed ? "MISSED" : "unclear: too much noise";
        output.WriteLine($"{Model,-34}{BareNs / 1e3,12:0.00}{RunnerNs / 1e3,12:0.00}{Ratio,9:0.0000}{interval,20}{DifferenceNs / 1e3,12:0.000}  {verdict}");
        return !Missed;
    }

    // The mean of the entries, as a launch would report them.
    private static double RunnerNsPerCall(BoundInference inference, int calls)
    {
        var buffer = new long[calls];
        var batched = Math.Min(calls, Pilot.CallsPerEntry(PartNs / calls));
        var outcome = new StageLoop(inference, TimeProvider.System).Run(new Fixed(Math.Max(1, calls / batched), batched), buffer);
        return buffer.AsSpan(0, outcome.Entries).ToArray().Average();
    }

    private sealed class Fixed(int entries, int calls) : IStage
    {
        public Ask? Next(ReadOnlySpan<long> entriesNs, long elapsedNs) => entriesNs.IsEmpty ? new Ask(entries, calls, long.MaxValue) : null;
    }

    /// <summary>Nothing but the runtime's own call over the same inputs and outputs; the clock is read twice in all.</summary>
    private sealed class BareLoop : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly OrtIoBinding[] _bindings;

        public BareLoop(InferenceSession session, QuerySet queries, ImmutableArray<OnnxTensor> outputs)
        {
            _session = session;
            _bindings = [.. queries.Tensors.Select(query => Bind(session, query, outputs))];
        }

        public double NsPerCall(int calls)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++) _session.RunWithBinding(_options, _bindings[i % _bindings.Length]);
            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls;
        }

        public void Dispose()
        {
            foreach (var binding in _bindings) binding.Dispose();
            _options.Dispose();
        }

        private static OrtIoBinding Bind(InferenceSession session, ImmutableArray<OnnxTensor> query, ImmutableArray<OnnxTensor> outputs)
        {
            var binding = session.CreateIoBinding();
            foreach (var (name, tensor) in session.InputNames.Zip(query)) binding.BindInput(name, TensorValue.Copy(tensor));
            foreach (var output in outputs) binding.BindOutput(output.Name, TensorValue.Allocate(output.ElementType, output.Dims));
            return binding;
        }
    }
}
