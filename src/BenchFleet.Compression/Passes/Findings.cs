using System.Collections.Immutable;
using BenchFleet.Core.Evaluation;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Passes;

/// <summary>Collects the findings of one pass, in the order of the graph.</summary>
internal sealed class Findings(string pass)
{
    private readonly ImmutableArray<PassFinding>.Builder _all = ImmutableArray.CreateBuilder<PassFinding>();

    public void Done(string message) => _all.Add(new PassFinding(pass, "info", "", message));

    public void Noted(OnnxNode node, string message) => _all.Add(new PassFinding(pass, "info", Name(node), message));

    public void Skipped(OnnxNode node, string why) => _all.Add(new PassFinding(pass, "skipped", Name(node), why));

    public void Warn(string where, string message) => _all.Add(new PassFinding(pass, "warning", where, message));

    public ImmutableArray<PassFinding> ToImmutable() => _all.ToImmutable();

    /// <summary>The node's name; nodes without one are known by what they make.</summary>
    public static string Name(OnnxNode node) => node.Name.Length > 0 ? node.Name : node.Output(0);
}
