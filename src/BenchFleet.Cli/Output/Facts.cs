using System.Text.Json;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Cli.Output;

/// <summary>Prints one object: as JSON, or as its fields by dotted name.</summary>
internal static class Facts
{
    public static void Print<T>(T thing, OutputFormat format)
    {
        var document = JsonSerializer.SerializeToElement(thing, CanonicalJson.Options);
        if (format == OutputFormat.Json)
            Console.Out.WriteLine(JsonSerializer.Serialize(document, CanonicalJson.Readable));
        else
            new Listing<(string Name, string Value)>([.. Flatten("", document)], [("Fact", fact => fact.Name), ("Value", fact => fact.Value)]).Print(format);
    }

    private static IEnumerable<(string, string)> Flatten(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Flatten(name.Length == 0 ? member.Name : $"{name}.{member.Name}", member.Value)),
        JsonValueKind.Array when element.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) =>
            [(name, string.Join(", ", element.EnumerateArray()))],
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Flatten($"{name}[{i}]", item)),
        _ => [(name, element.ToString())],
    };
}
