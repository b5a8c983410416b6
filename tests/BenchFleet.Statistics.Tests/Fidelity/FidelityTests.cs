namespace BenchFleet.Statistics.Tests.Fidelity;

public class FidelityTests
{
    [Fact]
    public void Four_hundred_equal_rows_are_faithful()
    {
        var rows = new FidelityAccumulator();
        for (var i = 0; i < 400; i++) rows.Add([1f, i, 2f], [1f, i, 2f]);

        var result = rows.Result();

        Assert.Equal(FidelityGrade.Faithful, result.Grade());
        Assert.Equal((1.0, double.PositiveInfinity, 0.0), (result.Cosine, result.SqnrDb, result.MaxAbsDiff));
    }

    [Fact]
    public void A_not_a_number_is_rejected()
    {
        var rows = new FidelityAccumulator();
        rows.Add([1f, 2f], [1f, 2f]);
        rows.Add([1f, 2f], [1f, float.NaN]);

        var result = rows.Result();

        Assert.Equal((FidelityGrade.Rejected, 1), (result.Grade(), result.NonFiniteRows));
    }

    [Fact]
    public void Mostly_noise_is_rejected()
    {
        var rows = new FidelityAccumulator();
        rows.Add([1f, -1f], [-1f, 1f]);

        Assert.Equal(FidelityGrade.Rejected, rows.Result().Grade());
    }

    [Fact]
    public void Few_rows_prove_nothing()
    {
        var rows = new FidelityAccumulator();
        rows.Add([1f, 2f], [1f, 2f]);

        Assert.Equal(FidelityGrade.Uncertain, rows.Result().Grade());
    }

    [Fact]
    public void Huge_scores_do_not_overflow()
    {
        var rows = new FidelityAccumulator();
        rows.Add([1000f, -1000f], [999f, -1000f]);

        Assert.Equal(0, rows.Result().MeanKl, 1e-12);
    }
}
