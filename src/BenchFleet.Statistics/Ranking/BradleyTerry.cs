using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Bradley-Terry strengths from pairwise wins with missing pairs allowed: log strengths with mean zero.</summary>
/// <remarks>
/// Minorise-maximise iterations (Hunter, Annals of Statistics 2004). The maximum exists only if every item can be reached from every other
/// through wins; otherwise the answer is null, since strengths would run away.
/// </remarks>
public sealed record BradleyTerry(ImmutableArray<double> LogStrengths)
{
    private const int MaximumSteps = 100_000;

    /// <param name="wins">wins[i][j] = how often i beat j; a tie is half a win for each.</param>
    public static BradleyTerry? Fit(IReadOnlyList<double[]> wins)
    {
        var n = wins.Count;
        foreach (var row in wins) Require.SameLength(n, row.Length, nameof(wins));
        if (n == 0 || !IsConnected(wins)) return null;

        var strengths = Enumerable.Repeat(1.0, n).ToArray();
        for (var step = 0; step < MaximumSteps; step++)
        {
            var next = Normalised([.. Enumerable.Range(0, n).Select(i => Improved(wins, strengths, i))]);
            var moved = next.Zip(strengths, (after, before) => Math.Abs(Math.Log(after / before))).Max();
            strengths = next;
            if (moved < 1e-14) break;
        }

        return new BradleyTerry([.. strengths.Select(strength => Math.Log(strength))]);
    }

    /// <summary>P(i beats j).</summary>
    public double Probability(int i, int j) => 1 / (1 + Math.Exp(LogStrengths[j] - LogStrengths[i]));

    private static double Improved(IReadOnlyList<double[]> wins, double[] strengths, int i)
    {
        if (wins.Count == 1) return 1;
        double won = 0, weight = 0;
        for (var j = 0; j < wins.Count; j++)
        {
            if (j == i) continue;
            won += wins[i][j];
            weight += (wins[i][j] + wins[j][i]) / (strengths[i] + strengths[j]);
        }

        return won / weight;
    }

    private static double[] Normalised(double[] strengths)
    {
        var centre = Math.Exp(strengths.Average(Math.Log));
        return [.. strengths.Select(strength => strength / centre)];
    }

    private static bool IsConnected(IReadOnlyList<double[]> wins) =>
        Reaches(wins.Count, (from, to) => wins[from][to] > 0) && Reaches(wins.Count, (from, to) => wins[to][from] > 0);

    private static bool Reaches(int n, Func<int, int, bool> edge)
    {
        var seen = new HashSet<int> { 0 };
        var open = new Queue<int>([0]);
        while (open.TryDequeue(out var from))
        {
            foreach (var to in Enumerable.Range(0, n).Where(to => to != from && edge(from, to) && seen.Add(to))) open.Enqueue(to);
        }

        return seen.Count == n;
    }
}
