using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

internal static class QuantileEvaluators
{
    public static object OrderStatistics(JsonElement inputs)
    {
        var sorted = inputs.Has("x") ? inputs.Sorted("x") : null;
        var ranks = QuantileRanks.For(sorted?.Length ?? inputs.Count("n"), inputs.Number("p"), inputs.Number("confidence"));
        return new
        {
            rank_lower = ranks.Lower,
            rank_upper = ranks.Upper,
            lower = ranks.Lower is { } lower ? sorted?[lower - 1] : null,
            upper = ranks.Upper is { } upper ? sorted?[upper - 1] : null,
            exact_coverage = ranks.Coverage,
        };
    }

    public static object HarrellDavis(JsonElement inputs)
    {
        var estimate = Quantile.HarrellDavis(inputs.Sorted("x"), inputs.Number("p"));
        return new { quantile = estimate.Value, maritz_jarrett_se = estimate.StandardError };
    }

    public static object EarlyStop(JsonElement inputs)
    {
        double p = inputs.Number("p"), c = inputs.Number("c"), d = inputs.Number("d", 0);
        if (inputs.Has("overlatency"))
        {
            var run = EarlyStopping.Server(inputs.Count("n"), inputs.Count("overlatency"), p, c);
            return new { h_min = run.MinimumUnderLatency, valid = run.IsValid, additional_queries = run.AdditionalQueries };
        }

        if (inputs.Has("x"))
        {
            var sorted = inputs.Sorted("x");
            var estimate = EarlyStopping.Estimate(sorted, p, c);
            return new { t = estimate?.T, estimate = estimate?.Value, raw_percentile = EarlyStopping.RawPercentile(sorted, p) };
        }

        if (inputs.Has("n"))
        {
            var n = inputs.Count("n");
            var t = EarlyStopping.LargestT(n, p, c);
            return new { t, sorted_zero_based_index = n - t };
        }

        return new
        {
            h_min = inputs.Numbers("t").Select(t => EarlyStopping.MinimumUnderLatency((int)t, p, c, d)).ToArray(),
            min_queries = EarlyStopping.MinimumQueries(p, c),
        };
    }

    public static object SequentialStop(JsonElement inputs)
    {
        // The guards are off: these cases pin the width rule alone.
        var rule = new StoppingRule
        {
            Targets = [new QuantileTarget(inputs.Number("p"), inputs.Number("rel_half_width_target"))],
            FirstCheckpoint = inputs.Count("n0"),
            Growth = inputs.Number("growth"),
            MaximumCount = inputs.Count("n_max"),
            Confidence = inputs.Number("confidence"),
            DependenceLimit = 1,
            RefuseUnstable = false,
        };
        var random = new SplitMix64(inputs.Seed());
        var values = new List<double>();
        var trace = new List<object>();
        while (true)
        {
            values.Add(SpikySample(random));
            var decision = rule.Decide(values.ToArray(), TimeSpan.FromSeconds(2));
            trace.AddRange(decision.Looks.Select(look => new
            {
                n = look.Count,
                rank_lower = look.Ranks.Lower,
                rank_upper = look.Ranks.Upper,
                point = look.Point,
                rel_half_width = look.RelativeHalfWidth,
            }));
            if (decision is StopDecision.Stop stop)
                return new { stop_n = values.Count, reason = stop.Reason == StopReason.Precision ? "precision" : "budget", trace };
        }
    }

    public static object Fences(JsonElement inputs)
    {
        var x = inputs.Numbers("x");
        var tukey = OutlierFences.Tukey(x);
        return new
        {
            tukey = Inputs.Pair(tukey),
            double_mad_k3 = Inputs.Pair(OutlierFences.DoubleMad(x)),
            outliers_tukey = OutlierFences.Outside(x, tukey),
        };
    }

    public static object NoisyDevice(JsonElement inputs)
    {
        var spreads = inputs.Numbers("aa_spread_percent");
        return new { robust_z_of_log = RobustZ.OfLogs(spreads), flagged = RobustZ.Flagged(spreads, inputs.Number("threshold")) };
    }

    private static double SpikySample(SplitMix64 random)
    {
        var (u1, u2, u3) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
        return 10 * (1 + 0.08 * u1 + (u2 < 0.05 ? 0.5 * u3 : 0));
    }
}
