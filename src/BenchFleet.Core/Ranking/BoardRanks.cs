using System.Collections.Immutable;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Statistics;

namespace BenchFleet.Core.Ranking;

/// <summary>
/// Rank ranges with ties shown (method.md, section 6.1). Two rows are separated when their paired difference over shared blocks is
/// significant after Holm's correction over all pairs, and larger than the margin: a certain but meaningless difference stays a tie.
/// </summary>
internal static class BoardRanks
{
    public static PairwiseRanking Of(IReadOnlyList<TrialData> rows, Objective objective, Scenario scenario, double margin)
    {
        var tests = new List<PairwiseTest>();
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = i + 1; j < rows.Count; j++) tests.Add(Test(i, j, rows[i], rows[j], objective, scenario, margin));
        }

        return RankRanges.Pairwise(rows.Count, tests);
    }

    private static PairwiseTest Test(int i, int j, TrialData first, TrialData second, Objective objective, Scenario scenario, double margin)
    {
        // A size has no noise: two files differ or they do not.
        if (objective == Objective.Size)
            return new PairwiseTest(i, j, first.SizeBytes < second.SizeBytes, first.SizeBytes == second.SizeBytes ? 1 : 0);

        var (a, b) = PairedTimes.Pair(first.Launches, second.Launches, objective, scenario);
        if (a.Length < 2) return new PairwiseTest(i, j, false, 1);

        var d = a.Zip(b, (x, y) => Math.Log(x) - Math.Log(y)).ToArray();
        var mean = Moments.Mean(d);
        var error = Moments.StandardDeviation(d) / Math.Sqrt(d.Length);
        var p = Math.Abs(mean) <= Math.Log(1 + margin) ? 1 : error == 0 ? 0 : StudentT.TwoSided(mean / error, d.Length - 1);
        return new PairwiseTest(i, j, mean < 0, p);
    }

    /// <summary>Rows that no other beats by more than the margin in one of (time, error, size) without being worse in another.</summary>
    public static ImmutableHashSet<Guid> Front(IEnumerable<(Guid Trial, double Ratio, double Error, double LogSize)> rows, double margin)
    {
        var points = rows.Select(row => (row.Trial, Point: new[] { Math.Log(row.Ratio), row.Error, row.LogSize })).ToArray();
        double[] margins = [Math.Log(1 + margin), 0, 0];
        return [.. points.Where(p => !points.Any(q => ParetoFront.DominatesByMargin(q.Point, p.Point, margins))).Select(p => p.Trial)];
    }
}
