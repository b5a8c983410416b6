using BenchFleet.Core.Recipes;

namespace BenchFleet.Core.Tests.Recipes;

public sealed class RecipeTextTests
{
    [Theory]
    [InlineData("graph.clean|quantize.static( weights = s8 , perChannel=TRUE )", "graph.clean | quantize.static")]
    [InlineData("quantize.weights(block=032)", "quantize.weights")]
    [InlineData("quantize.weights(bits=8,block=64)", "quantize.weights(bits=8,block=64)")]
    [InlineData("convert.fp16 @7", "convert.fp16 @7")]
    [InlineData("", "baseline")]
    public void Two_ways_of_saying_one_thing_have_one_text(string written, string canonical)
    {
        var read = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(written));

        Assert.Equal(canonical, read.Recipe.Text);
        Assert.Equal(read.Recipe.Hash, Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(canonical)).Recipe.Hash);
    }

    [Theory]
    [InlineData("quantise.static", "there is no pass 'quantise.static'")]
    [InlineData("quantize.static(wieghts=s8)", "quantize.static has no option 'wieghts'")]
    [InlineData("quantize.static(weights=f32)", "'f32' is not a value of weights: s8|u8 is expected")]
    [InlineData("quantize.static(bits=6)", "'6' is not a value of bits: 7..8 is expected")]
    [InlineData("quantize.static(bits=7,bits=8)", "option 'bits' is given twice")]
    [InlineData("quantize.static(weights=s8", "has no closing ')'")]
    [InlineData("quantize.static(s8)", "'s8' in 'quantize.static(s8)' is not of the form option=value")]
    [InlineData("graph.clean @x", "is not a whole number")]
    public void A_wrong_recipe_is_refused_in_one_sentence(string written, string reason)
    {
        var read = Assert.IsType<RecipeRead.Invalid>(RecipeText.Parse(written));

        Assert.Contains(reason, read.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_and_seed_are_part_of_the_identity()
    {
        string[] texts = ["graph.clean | convert.fp16", "convert.fp16 | graph.clean", "graph.clean | convert.fp16 @1"];

        var hashes = texts.Select(text => Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(text)).Recipe.Hash);

        Assert.Equal(3, hashes.Distinct().Count());
    }
}
