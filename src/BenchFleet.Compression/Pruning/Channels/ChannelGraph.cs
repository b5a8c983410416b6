using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Channels.Coupling;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>
/// Which channels of a model hang together: a dependency graph over (value, axis), as in Fang et al., DepGraph, CVPR 2023. Layers with constant
/// weights give birth to channels; each operator's rule says where they go, which must be removed together, and which constants are cut
/// with them. What no rule covers freezes the channels that it reads.
/// </summary>
internal sealed class ChannelGraph
{
    private readonly Dictionary<string, ChannelAxis> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Constant, int Axis), int[]> _shared = [];
    private readonly Excluded _excluded;
    private readonly IReadOnlyDictionary<OnnxNode, int> _carriers;

    private ChannelGraph(OnnxModel model, Excluded excluded, IReadOnlyDictionary<OnnxNode, int> carriers)
    {
        (Model, _excluded, _carriers) = (model, excluded, carriers);
        Index = new GraphIndex(model.Graph);
        Types = ShapeInference.Infer(model);
    }

    public OnnxModel Model { get; }

    public GraphIndex Index { get; }

    public IReadOnlyDictionary<string, Onnx.ValueType> Types { get; }

    public ChannelSets Sets { get; } = new();

    public List<ChannelLayer> Layers { get; } = [];

    public List<ConstantCut> Cuts { get; } = [];

    /// <summary>What else changes with the channels: sizes of a Split, a number of groups, a target shape.</summary>
    public List<Action<ChannelRemoval>> Edits { get; } = [];

    /// <summary>
    /// Rows of channels that a part of the model sees as a whole. Channels that lie in the same rows make a group, so that no row is emptied.
    /// </summary>
    public List<int[]> Rows { get; } = [];

    public IReadOnlyDictionary<string, ChannelAxis> Values => _values;

    /// <summary>Reads the model and changes nothing; the edits are bound to its nodes.</summary>
    /// <param name="excluded">Layers whose channels stay.</param>
    /// <param name="carriers">The axis that carries channels behind a Reshape, where it is not the one that keeps most of them apart.</param>
    public static ChannelGraph Of(OnnxModel model, Excluded excluded, IReadOnlyDictionary<OnnxNode, int>? carriers = null)
    {
        var graph = new ChannelGraph(model, excluded, carriers ?? new Dictionary<OnnxNode, int>());
        foreach (var node in model.Graph.Nodes)
            graph.Follow(node);
        foreach (var output in model.Graph.Outputs)
            graph.Freeze(output.Name, $"'{output.Name}' is an output of the model");
        foreach (var captured in graph.Index.Captured.Order(StringComparer.Ordinal))
            graph.Freeze(captured, $"'{captured}' is read inside a branch or loop");
        return graph;
    }

    public int? Carrier(OnnxNode node) => _carriers.TryGetValue(node, out var axis) ? axis : null;

    public void Set(string value, ChannelAxis channels)
    {
        if (value.Length > 0) _values[value] = channels;
    }

    /// <summary>A constant that several nodes cut along the same axis couples their channels.</summary>
    public void Cut(OnnxNode node, int slot, OnnxTensor constant, int axis, int[] channels)
    {
        Cuts.Add(new(node, slot, axis, channels));
        if (!_shared.TryAdd((constant.Name, axis), channels)) Sets.Unite(_shared[(constant.Name, axis)], channels);
    }

    private void Follow(OnnxNode node)
    {
        var site = new ChannelSite(this, node, _excluded.Has(node));
        var rule = OperatorRules.Of(node).Channels;
        var gives = rule is ChannelRule.Convolution or ChannelRule.TransposedConvolution or ChannelRule.Gemm or ChannelRule.MatMul;
        if (!gives && !node.Inputs.Any(_values.ContainsKey)) return;
        Couplings.Of(rule)(site);
        var takesOne = rule is not (ChannelRule.Gemm or ChannelRule.MatMul or ChannelRule.Unify or ChannelRule.Concat);
        foreach (var setting in takesOne ? node.Inputs.Skip(1) : [])
            Freeze(setting, $"{site.Name} reads it as a setting");
    }

    private void Freeze(string value, string reason)
    {
        if (_values.TryGetValue(value, out var channels)) Sets.Freeze(channels.Channels, reason);
    }
}
