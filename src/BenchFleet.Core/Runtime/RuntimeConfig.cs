using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Core.Runtime;

/// <summary>How much ONNX Runtime rewrites the graph at load.</summary>
public enum GraphOptimization
{
    Disabled,
    Basic,
    Extended,
    All,
}

/// <summary>How a variant is run. Part of a technique: two settings of it are two leaderboard rows.</summary>
/// <param name="Provider">Execution provider: cpu, cuda, tensorrt, xnnpack, webgpu, ... Lower case.</param>
/// <param name="IntraOpThreads">Threads inside an operator, 1 to 1024. Default 1: the setting whose timings repeat best.</param>
/// <param name="InterOpThreads">Threads across operators, 1 to 64. Default 1 (sequential execution).</param>
/// <param name="Graph">Graph optimisation level. Default all.</param>
/// <param name="Batch">Samples per inference, 1 to 65536. Default 1. Results of different batch sizes are never ranked together.</param>
/// <param name="IoBinding">Bind inputs and outputs once instead of passing them with every call. Default true.</param>
/// <param name="Options">Provider options and session configuration entries, passed through by name.</param>
public sealed record RuntimeConfig(
    string Provider = "cpu",
    int IntraOpThreads = 1,
    int InterOpThreads = 1,
    GraphOptimization Graph = GraphOptimization.All,
    int Batch = 1,
    bool IoBinding = true,
    ImmutableSortedDictionary<string, string>? Options = null)
{
    public static RuntimeConfig Default { get; } = new();

    [JsonIgnore]
    public string Label
    {
        get
        {
            var parts = new List<string> { $"{Provider}/{IntraOpThreads}t" };
            if (InterOpThreads != 1) parts.Add($"inter{InterOpThreads}");
            if (Graph != GraphOptimization.All) parts.Add($"graph-{Graph.ToString().ToLowerInvariant()}");
            if (Batch != 1) parts.Add($"b{Batch}");
            if (!IoBinding) parts.Add("unbound");
            foreach (var (key, value) in Options ?? ImmutableSortedDictionary<string, string>.Empty) parts.Add($"{key}={value}");
            return string.Join(' ', parts);
        }
    }

    [JsonIgnore]
    public ContentHash Hash => CanonicalJson.Hash(this with { Options = Options is { IsEmpty: true } ? null : Options });

    /// <summary>Why this configuration makes no sense anywhere, or null.</summary>
    public string? Refuse() =>
        Provider.Length == 0 || Provider.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)) ? $"provider '{Provider}' is not a lower-case provider name such as 'cpu'"
        : IntraOpThreads is < 1 or > 1024 ? $"intraOpThreads {IntraOpThreads} is outside 1..1024"
        : InterOpThreads is < 1 or > 64 ? $"interOpThreads {InterOpThreads} is outside 1..64"
        : Batch is < 1 or > 65536 ? $"batch {Batch} is outside 1..65536"
        : null;
}
