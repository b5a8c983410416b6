using System.Globalization;
using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

internal static class RandomEvaluators
{
    public static object SplitMix(JsonElement inputs)
    {
        var first = new SplitMix64(inputs.Seed());
        var again = new SplitMix64(inputs.Seed());
        var words = Draw(3, () => first.NextUInt64().ToString());
        _ = Draw(3, again.NextUInt64);
        return new
        {
            first_u64 = words,
            uniforms = Draw((int)inputs.Number("then_uniforms", 0), () => TwelveDigits(again.NextDouble())),
            indices = Draw((int)inputs.Number("then_indices_of_10", 0), () => again.NextIndex(10)),
        };
    }

    public static object Poisson(JsonElement inputs) =>
        new { arrival_s = PoissonArrivals.Seconds(inputs.Seed(), inputs.Number("rate_qps"), inputs.Count("count")) };

    public static object OpenLoopLatency(JsonElement inputs) =>
        new { latency_ms = OpenLoop.Latencies(inputs.Numbers("arrival_ms"), inputs.Numbers("service_ms")) };

    public static object CoordinatedOmission(JsonElement inputs) =>
        new { corrected = OpenLoop.BackFill(inputs.Numbers("latencies"), inputs.Number("expected_interval")) };

    // The file writes 12 significant digits but asks for 1e-15: compare what it can say.
    private static double TwelveDigits(double value) =>
        double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static T[] Draw<T>(int count, Func<T> next) => [.. Enumerable.Range(0, count).Select(_ => next())];
}
