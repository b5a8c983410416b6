using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

internal static class Identities
{
    public static int Apply(CleanSite site) => site.Graph.Nodes.ToArray().Count(node => IsIdentity(node, site) && site.Bypass(node));

    private static bool IsIdentity(OnnxNode node, CleanSite site)
    {
        if (!OperatorRules.IsDefaultDomain(node)) return false;
        return node.OpType switch
        {
            "Dropout" => !node.HasInput(2)
                && (node.Output(1).Length == 0 || site.Index.Consumers(node.Output(1)).Count == 0 && !site.Index.IsOutput(node.Output(1))),
            "Cast" => site.TypeOf(node.Input(0)) is var type && type != ElementType.Undefined && (long)type == node.Attributes.Int("to"),
            "Transpose" => node.Attributes.Has("perm") && node.Attributes.Ints("perm").Select((axis, i) => axis == i).All(same => same),
            "Concat" => node.Inputs.Count == 1,
            _ => OperatorRules.Of(node).IsIdentity,
        };
    }
}
