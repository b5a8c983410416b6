using System.Text.Json;
using System.Text.Json.Nodes;

namespace BenchFleet.Statistics.Tests.Vectors;

/// <summary>
/// One numeric case: passes when |got - want| &lt;= tolerance * max(1, |want|); tolerance 0 is exact, null is "undefined".
/// </summary>
public sealed record Vector(string Group, string Id, JsonElement Inputs, JsonNode? Expected, double Tolerance);

/// <summary>The cases beside this file, or those of the file that BENCHFLEET_STATISTICS_VECTORS names.</summary>
public static class VectorFile
{
    private static readonly Lazy<Dictionary<string, Vector>> All = new(Read);

    public static TheoryData<string> Ids => [.. All.Value.Keys];

    public static Vector Get(string id) => All.Value[id];

    private static Dictionary<string, Vector> Read()
    {
        var path = Environment.GetEnvironmentVariable("BENCHFLEET_STATISTICS_VECTORS") is { Length: > 0 } named
            ? named
            : Path.Combine(AppContext.BaseDirectory, "Vectors", "statistics.json");
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        return file.RootElement.GetProperty("vectors").EnumerateArray().Select(Parse).ToDictionary(vector => vector.Id, StringComparer.Ordinal);
    }

    private static Vector Parse(JsonElement element) => new(
        element.GetProperty("group").GetString()!,
        element.GetProperty("id").GetString()!,
        element.GetProperty("inputs").Clone(),
        JsonNode.Parse(element.GetProperty("expected").GetRawText()),
        element.GetProperty("tol").GetDouble());
}
