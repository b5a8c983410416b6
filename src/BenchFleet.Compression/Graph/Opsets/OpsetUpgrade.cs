using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Opsets;

/// <summary>A raised model, or why it cannot be raised.</summary>
public abstract record UpgradeResult
{
    private UpgradeResult() { }

    public sealed record Upgraded(OnnxModel Model) : UpgradeResult;

    public sealed record Refused(string Reason) : UpgradeResult;
}

/// <summary>
/// Raises the default operator set version by version, adapting the operators that changed form (ONNX changelog, versions 8 to 21), in
/// subgraphs too. Values stay what they were. Model-local functions keep their own imports.
/// </summary>
public static class OpsetUpgrade
{
    /// <summary>Before version 7 broadcasting was an attribute of its own.</summary>
    public const long Oldest = 7;

    /// <summary>Block quantization needs it; newer versions are not read by every runtime of the fleet.</summary>
    public const long Newest = 21;

    private static readonly ImmutableArray<long> IrVersions = [3, 3, 4, 5, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 10];

    /// <summary>The model itself when it is new enough; else a raised copy.</summary>
    public static UpgradeResult To(OnnxModel model, long target)
    {
        var version = model.OpsetImports[""];
        if (version >= target) return new UpgradeResult.Upgraded(model);
        if (version < Oldest)
            return new UpgradeResult.Refused(
                $"the model uses version {version} of the operator set; {Oldest} is the oldest that can be raised to {target}");
        if (target > Newest)
            return new UpgradeResult.Refused($"operator set {target} was asked for; {Newest} is the newest that models are raised to");

        var raised = model.Clone();
        for (var next = version + 1; next <= target; next++)
        {
            var shapes = ShapeInference.Infer(raised);
            var names = new UniqueNames(raised.Graph);
            foreach (var graph in Graphs.WithSubgraphs(raised.Graph).ToList())
            {
                if (Raise(new UpgradeSite(graph, raised.Graph, names, shapes), next) is { } reason)
                    return new UpgradeResult.Refused(reason);
            }

            raised.OpsetImports[""] = next;
        }

        raised.IrVersion = Math.Max(raised.IrVersion, IrVersions[(int)(target - Oldest)]);
        return new UpgradeResult.Upgraded(raised);
    }

    private static string? Raise(UpgradeSite site, long version)
    {
        var nodes = new List<OnnxNode>();
        foreach (var node in site.Graph.Nodes)
        {
            if (node.Domain is "" or "ai.onnx" && FormChanges.At(node.OpType, version) is { } adapt && adapt(node, site) is { } reason)
                return $"{node} cannot be raised to operator set {version}: {reason}";
            nodes.AddRange([.. site.TakeBefore(), node, .. site.TakeAfter()]);
        }

        site.Graph.Nodes.Clear();
        site.Graph.Nodes.AddRange(nodes);
        return null;
    }
}
