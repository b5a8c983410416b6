namespace BenchFleet.Statistics.Tests.Ranking;

public class RankingTests
{
    [Fact]
    public void Without_a_way_back_through_wins_strengths_do_not_exist() =>
        Assert.Null(BradleyTerry.Fit([[0, 3, 1], [0, 0, 2], [0, 0, 0]]));

    [Fact]
    public void Even_records_give_even_strengths()
    {
        var fit = BradleyTerry.Fit([[0, 2.5], [2.5, 0]])!;

        Assert.Equal(0.5, fit.Probability(0, 1), 1e-12);
    }

    [Fact]
    public void More_letters_than_the_alphabet_still_read()
    {
        (int, int)[] all = [.. from i in Enumerable.Range(0, 28) from j in Enumerable.Range(i + 1, 27 - i) select (i, j)];

        var letters = CompactLetters.For(28, all);

        Assert.Equal(("a", "z", "(28)"), (letters[0], letters[25], letters[27]));
    }

    [Fact]
    public void Constant_lists_have_no_rank_correlation()
    {
        Assert.Null(RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]));
        Assert.Null(RankCorrelation.KendallTauB([1, 1, 1], [1, 2, 3]));
    }

    [Fact]
    public void A_method_that_always_fails_never_enters_the_profile() =>
        Assert.Equal([1, 0], PerformanceProfile.Rho([[1, double.PositiveInfinity], [2, double.PositiveInfinity]], 100));
}
