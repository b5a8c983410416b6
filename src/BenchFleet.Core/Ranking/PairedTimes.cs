using System.Collections.Immutable;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Statistics;

namespace BenchFleet.Core.Ranking;

/// <summary>What a launch costs under an objective, and two trials' costs paired over the blocks they share.</summary>
internal static class PairedTimes
{
    /// <summary>Lower is better. Null where the launch does not tell, or where the figure may not be ranked.</summary>
    public static double? CostOf(LaunchSummary launch, Objective objective, Scenario scenario) => objective switch
    {
        Objective.Throughput => 1 / launch.SamplesPerSecond,
        Objective.Memory => launch.PeakRssBytes > 0 ? launch.PeakRssBytes : null,
        Objective.Energy => launch.Energy is { Class: EnergyClass.M1 or EnergyClass.M2 or EnergyClass.M3, Resolved: true } energy ? energy.NetJoules : null,
        _ => scenario == Scenario.Offline ? 1 / launch.SamplesPerSecond : launch.P50Ns,
    };

    /// <summary>Costs of both in the rounds in which both were measured, in round order.</summary>
    public static (double[] First, double[] Second) Pair(
        ImmutableArray<LaunchSummary> first, ImmutableArray<LaunchSummary> second, Objective objective, Scenario scenario)
    {
        var pairs = first.Join(second, a => a.Round, b => b.Round, (a, b) => (a.Round, A: CostOf(a, objective, scenario), B: CostOf(b, objective, scenario)))
            .Where(pair => pair is { A: > 0, B: > 0 })
            .OrderBy(pair => pair.Round)
            .ToArray();
        return ([.. pairs.Select(pair => pair.A!.Value)], [.. pairs.Select(pair => pair.B!.Value)]);
    }

    /// <summary>Candidate over baseline; null with fewer than two shared blocks.</summary>
    public static PairedRatio? Compare(TrialData baseline, TrialData candidate, Objective objective, Scenario scenario, double margin)
    {
        var (b, c) = Pair(baseline.Launches, candidate.Launches, objective, scenario);
        return b.Length < 2 ? null : PairedRatio.Compare(b, c, margin);
    }
}
