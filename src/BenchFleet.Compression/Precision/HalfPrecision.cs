using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Graph.Fusing;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Precision;

/// <summary>Settings of convert.fp16.</summary>
/// <param name="Keep">Operator types or node names kept in float, besides those the rules keep.</param>
public sealed record HalfPrecisionSettings(ImmutableArray<string> Keep)
{
    public static HalfPrecisionSettings Default { get; } = new([]);
}

/// <summary>
/// convert.fp16: weights and arithmetic in half precision. A value that both kinds of nodes use has two names: its own for float, a new one
/// for half; casts stand only on the borders. So inputs, outputs, subgraphs and operators kept in float find what they always read.
/// </summary>
/// <remarks>
/// 1. A node of the default domain whose types are all known runs in half, unless its rule or the recipe keeps it in float.
/// 2. Float constants that it reads are converted once; out of range values are moved to the nearest half (finding).
/// 3. A Cast to float becomes a Cast to half; a float ConstantOfShape gives halves.
/// 4. Bodies of If, Loop and Scan stay float.
/// 5. A LayerNormalization in parts stays float as the operator does, since its sums need the range. Where the operator set has the operator
///    (17), it takes the place of its parts: the runtime (1.29) fuses those together with a Cast before them into an operator of two types,
///    which it then refuses.
/// 6. Nodes of other domains, or with a value of unknown type, stay float, with a finding.
/// </remarks>
public sealed class HalfPrecision(HalfPrecisionSettings settings) : IPass
{
    public string Name => "convert.fp16";

    /// <summary>Before version 13 some operators take no half.</summary>
    public long LeastOpset => 13;

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var types = ShapeInference.Infer(result);
        var site = new CleanSite(result.Graph, types, new UniqueNames(result.Graph));
        var normalizations = LayerNormPattern.Find(site).ToList();
        if (result.OpsetImports[""] >= LayerNormPattern.Since) Fusion.Write(normalizations, site);
        var keep = settings.Keep.ToHashSet(StringComparer.Ordinal);
        var choice = new HalfChoice(result.Graph, types, keep, normalizations);
        foreach (var (node, reason) in choice.Remarks)
            findings.Skipped(node, $"stays float: {reason}");
        if (choice.Nodes.Count == 0) return new PassResult.Applied(model, false, findings.ToImmutable());

        var writer = new HalfWriter(result.Graph, choice);
        writer.Write();
        context.Cancellation.ThrowIfCancellationRequested();
        if (writer.TooGreat > 0) findings.Warn("", $"{writer.TooGreat} weights beyond 65504 were set to it");
        if (writer.TooSmall > 0) findings.Warn("", $"{writer.TooSmall} weights below 6e-8 were set to the least half");
        findings.Done(
            $"{choice.Nodes.Count} of {result.Graph.Nodes.Count - writer.Casts} nodes run in half precision, "
            + $"with {writer.Casts} casts on the borders");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after)
    {
        var types = before.Graph.Inputs.Concat(before.Graph.Outputs).Select(value => (value.Name, value.ElementType));
        return types.SequenceEqual(after.Graph.Inputs.Concat(after.Graph.Outputs).Select(value => (value.Name, value.ElementType)))
            ? null
            : "the types of inputs or outputs changed";
    }
}

/// <summary>Which nodes run in half.</summary>
internal sealed class HalfChoice
{
    private readonly IReadOnlyDictionary<string, Onnx.ValueType> _types;
    private readonly HashSet<OnnxNode> _whole;

    public HalfChoice(OnnxGraph graph, IReadOnlyDictionary<string, Onnx.ValueType> types, HashSet<string> keep, IEnumerable<Fusion> normalizations)
    {
        _types = types;
        _whole = [.. normalizations.SelectMany(pattern => pattern.Nodes)];
        foreach (var node in graph.Nodes)
        {
            if (!node.Inputs.Concat(node.Outputs).Any(
                name => TypeOf(name) is ElementType.Float or ElementType.Undefined && name.Length > 0))
                continue;
            if (Reason(node, keep) is not { } reason) Nodes.Add(node);
            else if (reason.Length > 0) Remarks.Add((node, reason));
        }
    }

    public HashSet<OnnxNode> Nodes { get; } = new(ReferenceEqualityComparer.Instance);

    public List<(OnnxNode Node, string Reason)> Remarks { get; } = [];

    public ElementType TypeOf(string value) => _types.GetValueOrDefault(value)?.ElementType ?? ElementType.Undefined;

    /// <summary>Null: runs in half. Empty: stays as it is without a word.</summary>
    private string? Reason(OnnxNode node, HashSet<string> keep)
    {
        if (node.Is("Constant")) return "";
        if (!OperatorRules.IsDefaultDomain(node)) return $"an operator of the domain '{node.Domain}'";
        if (keep.Contains(node.OpType) || keep.Contains(Findings.Name(node))) return "kept by the recipe";
        if (OperatorRules.Of(node).Half == HalfForm.StaysFloat) return "";
        if (node.Subgraphs().Any()) return "it has a body";
        if (_whole.Contains(node)) return "";
        if (node.Inputs.Concat(node.Outputs).FirstOrDefault(
            name => name.Length > 0 && TypeOf(name) == ElementType.Undefined) is { } unknown)
            return $"the type of '{unknown}' is not known";
        if (node.Inputs.Concat(node.Outputs).Any(
            name => name.Length > 0 && TypeOf(name) is ElementType.Float16 or ElementType.Double or ElementType.BFloat16))
            return "";
        return node.Attributes.Has("dtype") ? "" : null;
    }
}

/// <summary>Writes the choice into the graph.</summary>
internal sealed class HalfWriter(OnnxGraph graph, HalfChoice choice)
{
    private readonly GraphIndex _index = new(graph);
    private readonly UniqueNames _names = new(graph);
    private readonly Dictionary<string, string> _half = new(StringComparer.Ordinal);
    private readonly HashSet<string> _madeInHalf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _casts = new(StringComparer.Ordinal);

    public int Casts => _casts.Count;

    public long TooGreat { get; private set; }

    public long TooSmall { get; private set; }

    public void Write()
    {
        var readInFloat = ReadInFloat();
        foreach (var output in choice.Nodes.SelectMany(node => node.Outputs).Where(IsFloat))
        {
            _madeInHalf.Add(output);
            _half[output] = _names.Next(output + "_half");
        }

        foreach (var node in choice.Nodes.OrderBy(graph.Nodes.IndexOf))
            Convert(node);
        foreach (var value in _madeInHalf.Where(readInFloat.Contains))
            _casts[value] = Cast(_half[value], value, ElementType.Float);

        Order();
        Graphs.RemoveUnused(graph);
    }

    private void Convert(OnnxNode node)
    {
        var floatSlots = OperatorRules.Of(node).FloatInputs;
        for (var slot = 0; slot < node.Inputs.Count; slot++)
        {
            if (IsFloat(node.Inputs[slot]) && !floatSlots.Contains(slot)) node.Inputs[slot] = Half(node.Inputs[slot]);
        }

        for (var slot = 0; slot < node.Outputs.Count; slot++)
        {
            if (IsFloat(node.Outputs[slot])) node.Outputs[slot] = _half[node.Outputs[slot]];
        }

        if (node.Is("Cast") && node.Attributes.Int("to") == (long)ElementType.Float) ConvertCast(node);
        if (node.Is("ConstantOfShape"))
            node.Attributes.Set("value", Converted(node.Attributes.Tensor("value") ?? OnnxTensor.Floats("", [1], [0]), ""));
    }

    /// <summary>What was float before was no cast at all; the runtime's own casts go wrong around one from half to half.</summary>
    private void ConvertCast(OnnxNode node)
    {
        node.Attributes.Set("to", (long)ElementType.Float16);
        if (!_half.ContainsValue(node.Input(0))) return;
        node.OpType = "Identity";
        node.Attributes.Remove("to");
    }

    private string Half(string value)
    {
        if (_half.TryGetValue(value, out var known)) return known;
        var name = _half[value] = _names.Next(value + "_half");
        if (_index.ConstantOf(value) is { ElementType: ElementType.Float } constant) graph.Initializers.Add(Converted(constant, name));
        else _casts[name] = Cast(value, name, ElementType.Float16);
        return name;
    }

    private OnnxTensor Converted(OnnxTensor tensor, string name)
    {
        var halves = new Half[tensor.ElementCount];
        HalfConversion.ToHalf(tensor.AsFloats(), halves);
        var (great, small) = HalfConversion.OutOfRange(tensor.AsFloats());
        (TooGreat, TooSmall) = (TooGreat + great, TooSmall + small);
        return OnnxTensor.Float16s(name, tensor.Dims, halves);
    }

    private HashSet<string> ReadInFloat()
    {
        var read = graph.Nodes.Where(node => !choice.Nodes.Contains(node)).SelectMany(Captures.Reads).ToHashSet(StringComparer.Ordinal);
        read.UnionWith(graph.Outputs.Select(output => output.Name));
        foreach (var node in choice.Nodes)
            read.UnionWith(OperatorRules.Of(node).FloatInputs.Select(node.Input));
        return read;
    }

    private OnnxNode Cast(string from, string to, ElementType type) =>
        new("Cast", [from], [to], _names.Next(to + "_Cast")) { Attributes = { OnnxAttribute.Of("to", (long)type) } };

    private bool IsFloat(string value) => value.Length > 0 && choice.TypeOf(value) == ElementType.Float;

    /// <summary>Each cast right behind the maker of what it reads; first of all for inputs.</summary>
    private void Order()
    {
        var after = _casts.Values.ToLookup(cast => cast.Input(0), StringComparer.Ordinal);
        var made = graph.Nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        var nodes = _casts.Values.Where(cast => !made.Contains(cast.Input(0)))
            .Concat(graph.Nodes.SelectMany(node => node.Outputs.SelectMany(output => after[output]).Prepend(node)))
            .ToList();
        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
    }
}
