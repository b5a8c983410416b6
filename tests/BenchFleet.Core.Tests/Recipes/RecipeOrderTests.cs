using BenchFleet.Core.Recipes;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Core.Tests.Recipes;

public sealed class RecipeOrderTests
{
    private static PassDescriptor Pass(string name) => new(name, 1, "", CalibrationNeed.Never, "", "", [], "");

    [Theory]
    [InlineData(
        "quantize.static | prune.channels",
        "prune.channels must come before quantize.static: integer weights cannot be sliced by channel importance")]
    [InlineData("quantize.weights | prune.magnitude", "prune.magnitude must come before quantize.weights: which weights become zero")]
    [InlineData("quantize.weights | quantize.dynamic", "quantize.dynamic does not go with quantize.weights: both make integers of the same")]
    [InlineData("quantize.static | graph.clean | quantize.static", "quantize.static is there twice: both make integers")]
    [InlineData("quantize.static | convert.fp16", "convert.fp16 does not go with quantize.static: integer kernels take their scales")]
    [InlineData("convert.fp16 | quantize.static", "quantize.static does not go with convert.fp16: integer kernels take their scales")]
    [InlineData("convert.fp16 | distill", "distill must come before convert.fp16: small steps")]
    [InlineData("correct.bias | quantize.static", "correct.bias must come after quantize.static: it corrects what quantization lost")]
    public void An_illegal_order_is_refused_with_its_reason(string passes, string reason)
    {
        var refusal = RecipeOrder.Refusal([.. passes.Split(" | ").Select(Pass)]);

        Assert.StartsWith(reason, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graph.clean | prune.channels | distill | prune.channels | distill | equalize.layers | quantize.static | graph.clean")]
    [InlineData("prune.channels | prune.magnitude | convert.fp16")]
    [InlineData("convert.fp16 | graph.clean")]
    [InlineData("")]
    public void What_makes_sense_is_legal(string passes) =>
        Assert.Null(RecipeOrder.Refusal([.. passes.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(Pass)]));

    [Fact]
    public void A_constraint_of_a_single_pass_is_kept()
    {
        var fuse = Pass("graph.fuse") with { Order = [OrderConstraint.Before("quantize.static", "patterns are cut"), OrderConstraint.After("graph.clean", "constants first")] };

        Assert.Equal("graph.fuse must come before quantize.static: patterns are cut", RecipeOrder.Refusal([Pass("quantize.static"), fuse]));
        Assert.Equal("graph.fuse must come after graph.clean: constants first", RecipeOrder.Refusal([fuse, Pass("graph.clean")]));
        Assert.Null(RecipeOrder.Refusal([Pass("graph.clean"), fuse, Pass("quantize.static")]));
    }

    [Theory]
    [InlineData("quantize.weights | quantize.static")]
    [InlineData("quantize.dynamic | convert.fp16")]
    public void A_recipe_in_an_illegal_order_is_refused_as_text_and_as_data(string written)
    {
        var recipe = new Recipe([.. written.Split(" | ").Select(pass => new PassStep(pass))]);

        Assert.Equal(RecipeText.Check(recipe), RecipeText.Parse(written));
        Assert.Contains("does not go with", Assert.IsType<RecipeRead.Invalid>(RecipeText.Check(recipe)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_are_clauses_that_follow_a_colon()
    {
        var constraints = PassCatalogue.All.SelectMany(pass => pass.Constraints).Concat(Enum.GetValues<PassStage>().SelectMany(stage => StageOrder.Of(stage)));

        Assert.All(constraints, constraint => Assert.False(constraint.Reason.Length == 0 || constraint.Reason.EndsWith('.')));
    }
}
