using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Server.Sweeps;

/// <summary>How much has been measured, and at most how much is left: each open trial may need launches up to the last look.</summary>
internal sealed record SweepEffort(int LaunchesDone, int LaunchesLeft)
{
    public static SweepEffort Of(SweepSnapshot snapshot)
    {
        var launches = snapshot.Blocks.SelectMany(block => block.Launches).CountBy(launch => launch.Trial).ToDictionary();
        var budget = snapshot.Sweep.Spec.Profile.Looks[^1];
        var left = snapshot.Trials.Where(status => !TrialTransitions.IsFinal(status.State))
            .Sum(status => Math.Max(0, budget - launches.GetValueOrDefault(status.Trial.Id)));
        return new SweepEffort(launches.Values.Sum(), left);
    }

    /// <summary>
    /// From what the launches took so far, devices side by side; null before the first block. Preparing counts as part of the first block,
    /// so the estimate starts too high and settles.
    /// </summary>
    public double? SecondsLeft(SweepSnapshot snapshot, DateTimeOffset now)
    {
        if (LaunchesDone == 0) return null;
        var devices = snapshot.Blocks.GroupBy(block => block.Device).Select(blocks =>
        {
            var first = blocks.Min(block => block.CommittedAt);
            var later = blocks.Where(block => block.CommittedAt > first).Sum(block => block.Launches.Length);
            return later > 0
                ? (blocks.Max(block => block.CommittedAt) - first).TotalSeconds / later
                : (now - snapshot.Sweep.SubmittedAt).TotalSeconds / blocks.Sum(block => block.Launches.Length);
        }).ToArray();
        return LaunchesLeft * devices.Average() / devices.Length;
    }
}
