using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

/// <summary>Short readers for vector inputs; a missing or null number in a list is an infinite cost.</summary>
internal static class Inputs
{
    public static bool Has(this JsonElement inputs, string name) => inputs.TryGetProperty(name, out _);

    public static double Number(this JsonElement inputs, string name) => inputs.GetProperty(name).GetDouble();

    public static double Number(this JsonElement inputs, string name, double otherwise) => inputs.Has(name) ? inputs.Number(name) : otherwise;

    public static int Count(this JsonElement inputs, string name) => inputs.GetProperty(name).GetInt32();

    public static ulong Seed(this JsonElement inputs)
    {
        var seed = inputs.GetProperty("seed");
        return seed.ValueKind == JsonValueKind.String ? ulong.Parse(seed.GetString()!) : seed.GetUInt64();
    }

    public static double[] Numbers(this JsonElement inputs, string name) => Numbers(inputs.GetProperty(name));

    public static double[][] Rows(this JsonElement inputs, string name) => [.. inputs.GetProperty(name).EnumerateArray().Select(Numbers)];

    public static double[] Sorted(this JsonElement inputs, string name) => [.. inputs.Numbers(name).Order()];

    public static double[] Pair(Interval interval) => [interval.Lower, interval.Upper];

    private static double[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number ? item.GetDouble() : double.PositiveInfinity)];
}
