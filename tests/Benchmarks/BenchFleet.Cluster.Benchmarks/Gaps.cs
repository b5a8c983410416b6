using System.Diagnostics;
using System.Globalization;

namespace BenchFleet.Cluster.Benchmarks;

/// <summary>
/// The longest time without a successful lease in any pool of the node that something befell, with agents that ask all the time over every node.
/// A pool is the node's when it has another owner afterwards.
/// </summary>
internal static class Gaps
{
    public static readonly string[] Faults = ["in-process", "kill", "stop", "hang", "database", "cold"];

    private const int Nodes = 3;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task Measure(int repeats, IReadOnlyCollection<string> faults)
    {
        if (faults.Contains("in-process"))
        {
            await using var single = await Fleet.Start(cluster: false, nodes: 1);
            for (var i = 0; i < repeats; i++) await Restarted(single);
        }

        if (faults.All(fault => fault == "in-process")) return;
        await using var fleet = await Fleet.Start(cluster: true, Nodes);
        await Quiet(fleet);
        for (var i = 0; i < repeats; i++)
        {
            // One after the other: a node that was just started again has no pools yet.
            if (faults.Contains("kill")) await Killed(fleet, i % Nodes);
            if (faults.Contains("stop")) await Stopped(fleet, (i + 1) % Nodes);
            if (faults.Contains("hang")) await Hung(fleet, (i + 2) % Nodes);
            if (faults.Contains("database")) await DatabaseCrashed(fleet);
        }

        for (var i = 0; i < repeats && faults.Contains("cold"); i++) await Cold(fleet);
    }

    private static async Task Quiet(Fleet fleet)
    {
        var since = Stopwatch.GetTimestamp();
        await Task.Delay(Rest);
        Say("nothing", Longest(fleet, since, fleet.AllPools.Select(pool => pool.Key)), "");
    }

    private static async Task Restarted(Fleet fleet)
    {
        var since = Stopwatch.GetTimestamp();
        fleet.Nodes[0].Process.Kill();
        var start = await fleet.Nodes[0].Start();
        await fleet.Agents.UntilAllGoOn(Stopwatch.GetTimestamp(), Rest, Limit);
        var gap = Longest(fleet, since, fleet.AllPools.Select(pool => pool.Key));
        Say("in-process, kill -9 and restart", gap, Line($"start-up {start.TotalSeconds:0.00} s; beyond it {gap.Gap.TotalSeconds - start.TotalSeconds:0.00} s (bar 1 s)"));
    }

    private static Task Killed(Fleet fleet, int node) => Moved(fleet, "kill -9", "bar 3 s", fleet.Nodes[node], process => process.Kill());

    private static Task Stopped(Fleet fleet, int node) => Moved(fleet, "SIGTERM", "bar 1 s", fleet.Nodes[node], process => process.Terminate());

    private static Task Hung(Fleet fleet, int node) => Moved(fleet, "SIGSTOP", "bar 10 s", fleet.Nodes[node], process => process.Suspend());

    /// <summary>Does it to a node, and starts the node again when its pools have gone on elsewhere.</summary>
    private static async Task Moved(Fleet fleet, string what, string bar, Node node, Action<TestSupport.Processes.CliProcess> befall)
    {
        var (before, since) = (await fleet.Epochs(), Stopwatch.GetTimestamp());
        befall(node.Process);
        await fleet.Agents.UntilAllGoOn(Stopwatch.GetTimestamp(), Rest, Limit);
        var after = await fleet.Epochs();
        var concerned = after.Where(pool => pool.Value != before.GetValueOrDefault(pool.Key)).Select(pool => pool.Key).ToArray();
        Say(what, Longest(fleet, since, concerned), $"{bar}; other pools {Longest(fleet, since, after.Keys.Except(concerned)).Gap.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s");
        await node.Start();
        await Task.Delay(Rest);
    }

    private static async Task DatabaseCrashed(Fleet fleet)
    {
        var since = Stopwatch.GetTimestamp();
        fleet.RestartDatabase();
        var restart = Stopwatch.GetElapsedTime(since);
        await fleet.Agents.UntilAllGoOn(Stopwatch.GetTimestamp(), Rest, Limit);
        var gap = Longest(fleet, since, fleet.AllPools.Select(pool => pool.Key));
        Say("database restart", gap, Line($"restart {restart.TotalSeconds:0.00} s; beyond it {gap.Gap.TotalSeconds - restart.TotalSeconds:0.00} s (bar 2 s)"));
    }

    private static async Task Cold(Fleet fleet)
    {
        foreach (var node in fleet.Nodes) node.Process.Kill();
        var since = Stopwatch.GetTimestamp();
        await fleet.StartAnew(Nodes);
        await fleet.Agents.UntilAllGoOn(since, TimeSpan.Zero, Limit);
        Say("cold start of all", new Found(Stopwatch.GetElapsedTime(since), fleet.AllPools.Count), "bar 10 s, from the start of the processes to a lease in every pool");
    }

    private static Found Longest(Fleet fleet, long since, IEnumerable<string> pools)
    {
        var (longest, count) = (TimeSpan.Zero, 0);
        foreach (var pool in pools)
        {
            count++;
            var leases = fleet.Agents.Leases(pool);
            // The last one before it happened opens the first gap.
            var first = Math.Max(0, leases.Count(lease => lease <= since) - 1);
            for (var i = first + 1; i < leases.Count; i++)
                if (Stopwatch.GetElapsedTime(leases[i - 1], leases[i]) is var gap && gap > longest) longest = gap;
        }

        return new Found(longest, count);
    }

    private static void Say(string what, Found found, string beside) =>
        Console.WriteLine(Line($"{what,-32} {found.Gap.TotalSeconds,6:0.00} s in {found.Pools} pools; {beside}; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Found(TimeSpan Gap, int Pools);
}
