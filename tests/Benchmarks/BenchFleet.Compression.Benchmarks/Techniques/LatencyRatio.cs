using System.Diagnostics;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Inputs;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;
using BenchFleet.Statistics;

namespace BenchFleet.Compression.Benchmarks.Techniques;

/// <summary>
/// Time of a variant over that of its original: short parts of both in turn, one thread, median of the pairs' ratios. Below 1 is faster.
/// </summary>
internal sealed class LatencyRatio : IDisposable
{
    private const double PartSeconds = 0.005;
    private const double BudgetSeconds = 1;
    private const int LeastPairs = 15;

    private readonly Side _original;
    private readonly IReadOnlyDictionary<string, OnnxTensor> _sample;

    public LatencyRatio(string original, IReadOnlyDictionary<string, OnnxTensor> sample)
    {
        _sample = sample;
        _original = Side.Open(original, sample) ?? throw new InvalidOperationException($"The runtime refuses {original}.");
    }

    /// <summary>Null when the runtime refuses the variant.</summary>
    public double? Of(string variant)
    {
        using var other = Side.Open(variant, _sample);
        if (other is null) return null;
        var slower = Math.Max(_original.Seconds(3), other.Seconds(3));
        var calls = (int)Math.Max(1, PartSeconds / slower);
        var pairs = Math.Max(LeastPairs, (int)(BudgetSeconds / (2 * calls * slower)));
        var ratios = new double[pairs];
        for (var pair = 0; pair < pairs; pair++)
        {
            // Each goes first as often as second.
            var first = pair % 2 == 0 ? _original.Seconds(calls) : 0;
            var own = other.Seconds(calls);
            ratios[pair] = own / (pair % 2 == 0 ? first : _original.Seconds(calls));
        }

        return Moments.Median(ratios);
    }

    public void Dispose() => _original.Dispose();

    private sealed class Side(Microsoft.ML.OnnxRuntime.InferenceSession session, QuerySet queries) : IDisposable
    {
        private readonly UnboundInference _inference = new(session, queries);

        public static Side? Open(string path, IReadOnlyDictionary<string, OnnxTensor> sample)
        {
            if (SessionFactory.Create(path, RuntimeConfig.Default) is not SessionOutcome.Opened { Session: var session }) return null;
            var (queries, refusal) = SampleBatch.Fit([[.. sample.Values]], ModelValue.InputsOf(session), 1);
            if (refusal is not null) throw new InvalidOperationException(refusal);
            return new(session, new QuerySet(queries));
        }

        public double Seconds(int calls)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++)
                _inference.Run(0);
            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }

        public void Dispose()
        {
            _inference.Dispose();
            queries.Dispose();
            session.Dispose();
        }
    }
}
