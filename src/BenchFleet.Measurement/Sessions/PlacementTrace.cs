using System.Collections.Immutable;
using System.Text.Json;

namespace BenchFleet.Measurement.Sessions;

/// <summary>What the runtime's own profile of a few runs says.</summary>
/// <param name="NodesByProvider">Graph nodes by execution provider, our names.</param>
/// <param name="OperatorNs">Kernel time by operator type, mean of one run, nanoseconds (the profile counts in microseconds).</param>
public sealed record PlacementTrace(
    ImmutableSortedDictionary<string, int> NodesByProvider,
    ImmutableSortedDictionary<string, long> OperatorNs)
{
    public static PlacementTrace Empty { get; } =
        new(ImmutableSortedDictionary<string, int>.Empty, ImmutableSortedDictionary<string, long>.Empty);

    private const string KernelTime = "_kernel_time";

    /// <param name="json">The runtime's profile: an array of trace events.</param>
    /// <param name="runs">Runs it covers.</param>
    public static PlacementTrace Parse(ReadOnlyMemory<byte> json, int runs)
    {
        var providers = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var times = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using var events = JsonDocument.Parse(json);
        foreach (var entry in events.RootElement.EnumerateArray())
        {
            if (Kernel(entry) is not { } kernel) continue;
            if (!providers.TryGetValue(kernel.Provider, out var nodes))
                providers[kernel.Provider] = nodes = new HashSet<string>(StringComparer.Ordinal);
            nodes.Add(kernel.Node);
            times[kernel.Operator] = times.GetValueOrDefault(kernel.Operator) + kernel.Microseconds;
        }
        return new PlacementTrace(
            providers.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Count),
            times.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value * 1000 / Math.Max(1, runs)));
    }

    private static (string Node, string Operator, string Provider, long Microseconds)? Kernel(JsonElement entry)
    {
        if (entry.GetProperty("cat").GetString() != "Node" || entry.GetProperty("name").GetString() is not { } name
            || !name.EndsWith(KernelTime, StringComparison.Ordinal))
            return null;
        var args = entry.GetProperty("args");
        if (!args.TryGetProperty("op_name", out var op) || !args.TryGetProperty("provider", out var provider)) return null;
        // Nodes may share a name or have none; the index tells them apart.
        var index = args.TryGetProperty("node_index", out var number) ? number.ToString() : "";
        return ($"{index}:{name}", op.GetString()!, ProviderNames.FromRuntime(provider.GetString()!), entry.GetProperty("dur").GetInt64());
    }
}
