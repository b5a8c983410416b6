using System.Diagnostics;
using System.Globalization;
using BenchFleet.Chaos.Check;
using BenchFleet.Chaos.Faults;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Runtime;
using BenchFleet.Samples;
using BenchFleet.TestSupport;

namespace BenchFleet.Chaos;

internal sealed record ChaosResult(ChaosPlan Plan, int Cycles, TimeSpan Elapsed, CheckReport Report)
{
    public string Text => string.Create(CultureInfo.InvariantCulture, $"seed {Plan.Seed}: {Cycles} fault cycles in {Elapsed.TotalMinutes:0.0} min; {Report}");
}

/// <summary>A sweep on a fleet that one thing after the other befalls; when it is over, the database is compared with the agents' logs.</summary>
internal static class ChaosRun
{
    private static readonly TimeSpan LongestCycle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task<ChaosResult> Run(ChaosPlan plan, Action<string> say)
    {
        var started = Stopwatch.GetTimestamp();
        await using var fleet = await ChaosFleet.Start(plan);
        var sweep = await Submit(fleet, plan);
        var progress = new Progress(fleet.Database, fleet.Revive);
        await progress.Until(count => count > 0, LongestCycle, Pause);

        var cycles = 0;
        foreach (var fault in Faults(plan))
        {
            if (await progress.IsOver(sweep) || (plan.Limit > TimeSpan.Zero && Stopwatch.GetElapsedTime(started) > plan.Limit)) break;
            cycles++;
            var before = await progress.Committed();
            await fleet.Suffer(fault);
            var moved = await progress.Until(count => count >= before + plan.ProgressPerCycle, LongestCycle, Pause);
            var committed = await progress.Committed();
            say(string.Create(CultureInfo.InvariantCulture,
                $"{cycles,3} {fault,-14} {committed,5} committed after {Stopwatch.GetElapsedTime(started).TotalSeconds,5:0} s{(moved ? "" : "   (slowly)")}"));
        }

        fleet.Calm();
        await progress.UntilOver(sweep, LongestRest, Pause);
        return new ChaosResult(plan, cycles, Stopwatch.GetElapsedTime(started), await Checker.Check(fleet.Database, fleet.LogFolder, sweep));
    }

    /// <summary>Each kind as often as the others, in an order of the seed's.</summary>
    private static IEnumerable<Fault> Faults(ChaosPlan plan)
    {
        var random = new Statistics.SplitMix64(plan.Seed + 17);
        var deck = new List<Fault>();
        for (var i = 0; i < plan.Cycles; i++)
        {
            if (deck.Count == 0) deck.AddRange(Enum.GetValues<Fault>());
            var drawn = random.NextIndex(deck.Count);
            yield return deck[drawn];
            deck.RemoveAt(drawn);
        }
    }

    private static async Task<Guid> Submit(ChaosFleet fleet, ChaosPlan plan)
    {
        using var folder = new TempFolder();
        using var client = fleet.Connect();
        var file = Path.GetFileName(SampleModels.WriteTo(folder.Path)[0]);
        var bundle = await BundleFolder.Of(folder.Path, [file], CancellationToken.None);
        Ok(await client.Artifacts.Upload(bundle, folder.Path, CancellationToken.None));
        Ok(await client.AddModel(new("model", bundle), CancellationToken.None));
        var sweep = new SubmitSweep(
            ["model"], Techniques: ["graph.clean"], Profile: plan.Profile, Id: Guid.NewGuid(),
            Runtimes: [.. Enumerable.Range(1, plan.Batches).Select(batch => RuntimeConfig.Default with { Batch = batch })]);
        return Ok(await client.Submit(sweep, CancellationToken.None)).Id;
    }

    private static T Ok<T>(ApiResult<T> answer) => answer is ApiResult<T>.Ok { Value: var value } ? value : throw new InvalidOperationException($"The fleet does not even begin: {answer}");
}
