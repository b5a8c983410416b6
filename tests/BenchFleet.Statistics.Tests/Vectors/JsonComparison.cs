using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BenchFleet.Statistics.Tests.Vectors;

/// <summary>Compares an expected document with what was computed; computed extras are ignored.</summary>
internal static class JsonComparison
{
    public static IEnumerable<string> Differences(JsonNode? want, JsonNode? got, double tolerance, string path = "")
    {
        switch (want)
        {
            case JsonObject members:
                return members.SelectMany(member => got is JsonObject computed && computed.ContainsKey(member.Key)
                    ? Differences(member.Value, computed[member.Key], tolerance, $"{path}.{member.Key}")
                    : [$"{path}.{member.Key}: not computed"]);
            case JsonArray items:
                return got is not JsonArray list || list.Count != items.Count
                    ? [$"{path}: want {want.ToJsonString()}, got {Text(got)}"]
                    : items.SelectMany((item, at) => Differences(item, list[at], tolerance, $"{path}[{at}]"));
            default:
                return AreEqual(want, got, tolerance) ? [] : [$"{path}: want {Text(want)}, got {Text(got)}"];
        }
    }

    private static bool AreEqual(JsonNode? want, JsonNode? got, double tolerance)
    {
        if (want is null || got is null) return want is null && got is null;
        if (want.GetValueKind() != JsonValueKind.Number) return Text(want) == Text(got);
        if (got.GetValueKind() != JsonValueKind.Number) return false;
        var (expected, computed) = (Number(want), Number(got));
        return expected == computed || Math.Abs(computed - expected) <= tolerance * Math.Max(1, Math.Abs(expected));
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
