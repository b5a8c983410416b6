using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace BenchFleet.Measurement.Datasets.Description;

/// <summary>
/// A mapping of dataset.yaml, read key by key; faults name the line. A key nobody asked for is a fault too: a misspelt option must not be
/// silently a default.
/// </summary>
internal sealed class YamlSection
{
    // A description takes a few hundred bytes; a label list some kilobytes. Bounds what a hostile file can cost.
    private const int LargestFile = 1 << 20;
    private const int DeepestNesting = 16;

    private readonly OrderedDictionary<string, YamlNode> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly string _where;

    private YamlSection(YamlMappingNode node, string where)
    {
        _where = where;
        foreach (var (key, value) in node.Children)
            _entries[key is YamlScalarNode { Value: { } text } ? text : throw Fault(key, "a key is not a word")] = value;
    }

    public IEnumerable<string> Keys => _entries.Keys;

    public static YamlSection Load(string path)
    {
        if (new FileInfo(path).Length > LargestFile) throw new InvalidDataException($"{Path.GetFileName(path)} is larger than 1 MiB.");
        var text = File.ReadAllText(path);
        try
        {
            RequireShallow(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? new YamlSection(root, "")
                : throw new InvalidDataException($"{Path.GetFileName(path)} is not one mapping of keys to values.");
        }
        catch (YamlException fault)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} line {fault.Start.Line} is not YAML: {fault.Message}", fault);
        }
    }

    public bool Has(string key) => _entries.ContainsKey(key);

    public string Text(string key) => OptionalText(key) ?? throw new InvalidDataException($"dataset.yaml: {_where}{key} is missing.");

    public string? OptionalText(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        var node => throw Fault(node, $"{_where}{key} is not a word or number"),
    };

    public T Choice<T>(string key, T fallback)
        where T : struct, Enum =>
        OptionalText(key) is not { } text ? fallback
        : Enum.TryParse<T>(text, ignoreCase: true, out var value) && !char.IsAsciiDigit(text[0]) ? value
        : throw Fault(_entries[key],
            $"{_where}{key} is '{text}', where {string.Join(" or ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))} is expected");

    public double? Number(string key) => OptionalText(key) is { } text ? ParseNumber(_entries[key], key, text) : null;

    public int? Whole(string key, int least) => OptionalText(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least ? value
        : throw Fault(_entries[key], $"{_where}{key} is '{text}', where a whole number of at least {least} is expected");

    /// <summary>A list, or a single value as a list of one; empty when absent.</summary>
    public ImmutableArray<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlScalarNode { Value: { Length: > 0 } text } => [text],
        YamlSequenceNode list =>
            [.. list.Select(item =>
            item is YamlScalarNode { Value: { } text } ? text : throw Fault(item, $"{_where}{key} is not a list of plain values"))],
        var node => throw Fault(node, $"{_where}{key} is not a list"),
    };

    public ImmutableArray<double> Numbers(string key) => [.. Texts(key).Select(text => ParseNumber(_entries[key], key, text))];

    public YamlSection? Child(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => new YamlSection(map, $"{_where}{key}."),
        var node => throw Fault(node, $"{_where}{key} is not a mapping of keys to values"),
    };

    public void RefuseOthers()
    {
        if (Keys.FirstOrDefault(key => !_asked.Contains(key)) is { } unknown)
            throw Fault(_entries[unknown], $"{_where}{unknown} is not known here; known are {string.Join(", ", _asked)}");
    }

    public InvalidDataException Fault(string key, string what) => Fault(_entries[key], $"{_where}{key} {what}");

    private YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _entries.GetValueOrDefault(key);
    }

    private double ParseNumber(YamlNode node, string key, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Fault(node, $"{_where}{key} has '{text}', where a number is expected");

    private static InvalidDataException Fault(YamlNode node, string what) => new($"dataset.yaml line {node.Start.Line}: {what}.");

    private static void RequireShallow(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            if (parser.Current is AnchorAlias) throw new InvalidDataException("dataset.yaml uses aliases, which are not supported.");
            depth += parser.Current!.NestingIncrease;
            if (depth > DeepestNesting) throw new InvalidDataException($"dataset.yaml is nested deeper than {DeepestNesting} levels.");
        }
    }
}
