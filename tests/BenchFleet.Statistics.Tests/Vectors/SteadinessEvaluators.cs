using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

internal static class SteadinessEvaluators
{
    public static object Warmup(JsonElement inputs)
    {
        var rule = new WarmupRule { MinimumCount = inputs.Count("min"), MaximumCount = inputs.Count("max"), Fluctuations = inputs.Count("fluctuations") };
        var times = inputs.Numbers("iterations");
        var enough = Enumerable.Range(1, times.Length).FirstOrDefault(count => rule.IsEnough(times.AsSpan(0, count), TimeSpan.Zero));
        return new { stop_after = enough == 0 ? (int?)null : enough };
    }

    public static object ChangePoint(JsonElement inputs)
    {
        var series = inputs.Numbers("series");
        var split = EDivisive.BestSplit(series)!.Value;
        var test = WelchTest.Of(series.AsSpan(0, split.Index), series.AsSpan(split.Index));
        return new
        {
            best_split_first_index_of_second_part = split.Index,
            split.Q,
            welch_t = test.T,
            welch_df = test.DegreesOfFreedom,
            welch_p = test.P,
            significant_at_0p001 = test.P < 0.001,
        };
    }

    public static object Dependence(JsonElement inputs)
    {
        var x = inputs.Numbers("x");
        var batches = BatchMeans.Of(x, inputs.Count("batch"));
        return new
        {
            lag1 = Autocorrelation.Lag1(x),
            effective_n_ar1 = Autocorrelation.EffectiveCount(x),
            batch_means = batches.Means,
            batch_mean = batches.Overall.Mean,
            batch_half_width_95 = batches.Overall.HalfWidth,
        };
    }
}
