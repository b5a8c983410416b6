using System.Collections.Immutable;
using BenchFleet.Statistics;

namespace BenchFleet.Scheduling.Planning;

/// <summary>A trial in the race. Costs other than time are exact or as good as known; null where there is no figure to compare.</summary>
/// <param name="LogTimes">ln of time per query by round.</param>
/// <param name="QualityLoss">Wrong answers with labels, less SQNR without; smaller is better.</param>
/// <param name="EnergyJoules">Net, per inference, measured classes only: estimates never count.</param>
/// <param name="Droppable">False for the baseline, its control, and what has ended: they stay in the race and never leave it.</param>
public sealed record Racer(
    Guid Trial,
    string Label,
    ImmutableSortedDictionary<int, double> LogTimes,
    double? QualityLoss,
    long? SizeBytes,
    double? EnergyJoules,
    bool Droppable);

public sealed record Dominated(Guid Trial, int Blocks, string By);

/// <summary>
/// Drops what cannot win: c goes when some c' is no worse in quality, size and energy and its mean log time is lower by more than
/// t s sqrt(2/n), with s pooled over the board and t strict enough for every candidate and look (Bonferroni). Student's t and not the
/// normal quantile, because a small board has few residuals to take s from; a gap inside the margin is a tie and drops nothing.
/// </summary>
public static class RacingRule
{
    public const int MinBlocks = 2;

    private const double Alpha = 0.05;

    /// <param name="lastLook">Most blocks there can be: the rule is applied after each block from the second on.</param>
    public static ImmutableArray<Dominated> Drop(ImmutableArray<Racer> racers, int lastLook)
    {
        var candidates = racers.Count(racer => racer.Droppable);
        if (candidates == 0 || PooledSpread(racers) is not { } spread) return [];

        var looks = Math.Max(1, lastLook - MinBlocks + 1);
        var scale = spread.Deviation * StudentT.Quantile(1 - Alpha / (candidates * looks), spread.Freedom);
        var dropped = ImmutableArray.CreateBuilder<Dominated>();
        foreach (var racer in racers.Where(racer => racer.Droppable))
        {
            var winner = racers.Where(other => other != racer && dropped.All(d => d.Trial != other.Trial))
                .FirstOrDefault(other => Beats(other, racer, scale));
            if (winner is not null) dropped.Add(new Dominated(racer.Trial, racer.LogTimes.Count, winner.Label));
        }

        return dropped.ToImmutable();
    }

    private static bool Beats(Racer winner, Racer loser, double scale)
    {
        var rounds = winner.LogTimes.Keys.Intersect(loser.LogTimes.Keys).ToArray();
        if (rounds.Length < MinBlocks || !NoWorse(winner.QualityLoss, loser.QualityLoss) || !NoWorse(winner.SizeBytes, loser.SizeBytes))
            return false;
        if (winner.EnergyJoules is { } joules && loser.EnergyJoules is { } others && joules > others) return false;

        var gap = rounds.Average(round => loser.LogTimes[round] - winner.LogTimes[round]);
        return gap > Math.Max(scale * Math.Sqrt(2.0 / rounds.Length), Math.Log(1 + PairedRatio.DefaultMargin));
    }

    // Unknown against known decides nothing; unknown for both means that the board has no such figure.
    private static bool NoWorse(double? winner, double? loser) => winner is null && loser is null || winner <= loser;

    /// <summary>
    /// Standard deviation of what is left of ln(time) after each trial's mean and each round's common drift are taken out; null with too
    /// few data.
    /// </summary>
    private static (double Deviation, int Freedom)? PooledSpread(ImmutableArray<Racer> racers)
    {
        var centred = racers.Where(racer => racer.LogTimes.Count >= MinBlocks)
            .SelectMany(racer => Centred(racer.LogTimes))
            .ToArray();
        var racing = racers.Count(racer => racer.LogTimes.Count >= MinBlocks);
        var rounds = centred.GroupBy(residual => residual.Round).ToArray();
        var freedom = (racing - 1) * (rounds.Length - 1);
        if (freedom < 1) return null;

        var squares = rounds.SelectMany(round => round.Select(r => r.Residual - round.Average(other => other.Residual))).Sum(left => left * left);
        return (Math.Sqrt(squares / freedom), freedom);
    }

    private static IEnumerable<(int Round, double Residual)> Centred(ImmutableSortedDictionary<int, double> times)
    {
        var mean = times.Values.Average();
        return times.Select(time => (time.Key, time.Value - mean));
    }
}
