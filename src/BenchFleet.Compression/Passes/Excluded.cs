using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Passes;

/// <summary>Nodes that a recipe keeps in float, by node name, or by output name for nodes without one.</summary>
internal sealed class Excluded(ImmutableArray<string> names)
{
    private readonly HashSet<string> _names = [.. names];

    public bool Has(OnnxNode node) => _names.Contains(Findings.Name(node));

    /// <summary>Names that fit no node: a slip of the pen that would otherwise quantize what was to be kept.</summary>
    public string? Unknown(OnnxModel model)
    {
        var known = Graphs.AllNodes(model).Select(Findings.Name).ToHashSet();
        return _names.Order(StringComparer.Ordinal).FirstOrDefault(name => !known.Contains(name)) is { } stray
            ? $"there is no node '{stray}' to exclude"
            : null;
    }
}
