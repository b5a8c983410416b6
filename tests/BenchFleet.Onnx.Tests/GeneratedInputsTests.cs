namespace BenchFleet.Onnx.Tests;

public sealed class GeneratedInputsTests
{
    private static readonly ValueInfo Image = new("image", ElementType.Float, new Shape([Dim.Named("N"), 3, Dim.Unknown, Dim.Unknown]));

    [Fact]
    public void A_sample_is_the_same_however_many_are_made()
    {
        var input = new ValueInfo("x", ElementType.Float, Shape.Of(1, 4));

        var alone = GeneratedInputs.Sample([input], seed: 3, number: 7)["x"].ToFloats();
        var amongOthers = Enumerable.Range(0, 10).Select(number => GeneratedInputs.Sample([input], 3, number)["x"].ToFloats()).ElementAt(7);

        Assert.Equal(alone, amongOthers);
    }

    [Fact]
    public void Floats_are_standard_normal()
    {
        var values = GeneratedInputs.Sample([new ValueInfo("x", ElementType.Float, Shape.Of(1, 20_000))], 1, 0)["x"].ToFloats();

        Assert.InRange(values.Average(), -0.02, 0.02);
        Assert.InRange(values.Average(value => value * value), 0.97, 1.03);
    }

    [Fact]
    public void Open_axes_take_usual_lengths_unless_one_is_given()
    {
        Assert.Equal("[1,3,224,224]", GeneratedInputs.Sample([Image], 1, 0)["image"].Shape.ToString());
        Assert.Equal("[2,3,224,32]", GeneratedInputs.Sample([Image], 1, 0, new Dictionary<string, long> { ["N"] = 2, ["image:3"] = 32 })["image"].Shape.ToString());
    }

    [Fact]
    public void What_cannot_be_made_up_is_refused_by_name()
    {
        Assert.Contains("'text'", GeneratedInputs.Refuse([new ValueInfo("text", ElementType.String, Shape.Of(1))]), StringComparison.Ordinal);
        Assert.Contains("'huge'", GeneratedInputs.Refuse([new ValueInfo("huge", ElementType.Float, Shape.Of(1L << 40))]), StringComparison.Ordinal);
        Assert.Null(GeneratedInputs.Refuse([Image]));
    }
}
