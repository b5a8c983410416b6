using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

internal static class RankingEvaluators
{
    public static object Geomean(JsonElement inputs)
    {
        var mean = GeometricMean.Of(inputs.Numbers("ratios"), inputs.Number("confidence"));
        return new { geomean = mean.Value, lower = mean.Lower, upper = mean.Upper, median = mean.Median };
    }

    public static object ShiftedGeomean(JsonElement inputs) =>
        new { value = GeometricMean.Shifted(inputs.Numbers("x"), inputs.Number("shift")) };

    public static object Profile(JsonElement inputs)
    {
        var times = inputs.Rows("times_rows_are_problems");
        return new
        {
            rho = inputs.GetProperty("taus").EnumerateArray().ToDictionary(tau => tau.GetRawText(), tau => PerformanceProfile.Rho(times, tau.GetDouble())),
        };
    }

    public static object Intervals(JsonElement inputs)
    {
        var ranges = RankRanges.FromIntervals(inputs.Numbers("lower"), inputs.Numbers("upper"), inputs.GetProperty("lower_is_better").GetBoolean());
        return new { best_rank = ranges.Select(range => range.Best), worst_rank = ranges.Select(range => range.Worst) };
    }

    public static object Pairwise(JsonElement inputs)
    {
        var tests = inputs.Rows("pairs_i_j_sign_p").Select(row => new PairwiseTest((int)row[0], (int)row[1], row[2] < 0, row[3])).ToList();
        var ranking = RankRanges.Pairwise(inputs.Count("items"), tests, inputs.Number("alpha"));
        return new
        {
            rejected = ranking.Rejected,
            best_rank = ranking.Ranges.Select(range => range.Best),
            worst_rank = ranking.Ranges.Select(range => range.Worst),
            letters = ranking.Letters,
        };
    }

    public static object Average(JsonElement inputs) => new { ranks = AverageRanks.Of(inputs.Numbers("x")) };

    public static object NemenyiQ(JsonElement inputs) =>
        new { q = inputs.Numbers("k").Select(k => Nemenyi.Q((int)k, inputs.Number("alpha"))) };

    public static object FriedmanTest(JsonElement inputs)
    {
        var blocks = inputs.Rows("rows_blocks");
        var test = Friedman.Test(blocks);
        return new
        {
            mean_ranks = test.MeanRanks,
            chi2_uncorrected = test.ChiSquareUncorrected,
            chi2_tie_corrected = test.ChiSquareStatistic,
            p = test.P,
            iman_davenport_F = test.ImanDavenportF,
            cd_05 = Nemenyi.CriticalDifference(blocks[0].Length, blocks.Length),
        };
    }

    public static object BradleyTerryFit(JsonElement inputs)
    {
        var fit = BradleyTerry.Fit(inputs.Rows("wins_row_beats_column"));
        return new { log_strength_mean_zero = fit?.LogStrengths, prob_0_beats_1 = fit?.Probability(0, 1) };
    }

    public static object Correlation(JsonElement inputs)
    {
        var (a, b) = (inputs.Numbers("a"), inputs.Numbers("b"));
        return new { spearman = RankCorrelation.Spearman(a, b), kendall_tau_b = RankCorrelation.KendallTauB(a, b) };
    }
}
