using BenchFleet.Contracts.Client;
using BenchFleet.Statistics;

namespace BenchFleet.Chaos.Agents;

/// <summary>Many simulated agents in one process, which may be killed at any time: what they know is in their logs. It ends with its input.</summary>
internal static class AgentsProgram
{
    public const string UpMark = "agents are up";

    public static async Task<int> Run(string[] servers, string folder, int count, ulong seed, double longestWorkSeconds)
    {
        using var stop = new CancellationTokenSource();
        var agents = Enumerable.Range(0, count).Select(i => Work(i, Rotated(servers, i), folder, seed + (ulong)i, longestWorkSeconds, stop.Token)).ToArray();
        await Console.Out.WriteLineAsync(UpMark);
        while (await Console.In.ReadLineAsync() is not null) { }
        await stop.CancelAsync();
        await Task.WhenAll(agents);
        return 0;
    }

    /// <summary>Half of them begin at another node than the others.</summary>
    private static Uri[] Rotated(string[] servers, int by) => [.. servers.Skip(by % servers.Length).Concat(servers.Take(by % servers.Length)).Select(server => new Uri(server))];

    private static async Task Work(int index, Uri[] servers, string folder, ulong seed, double longestWorkSeconds, CancellationToken stop)
    {
        using var client = BenchFleetClient.Create(servers, settings: ResilienceSettings.WithAlternatives with { LongestDelay = TimeSpan.FromSeconds(1), BreakDuration = TimeSpan.FromSeconds(1) });
        using var log = AgentLog.Open(Path.Combine(folder, $"agent-{index:000}.log"));
        await new SimulatedAgent($"agent-{index:000}", client, log, new SplitMix64(seed), longestWorkSeconds).Run(stop);
    }
}
