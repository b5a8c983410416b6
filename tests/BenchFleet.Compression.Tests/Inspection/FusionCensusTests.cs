using BenchFleet.Compression.Inspection;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Inspection;

/// <summary>Never silently slower: what the passes write is what the runtime has integer kernels for.</summary>
public class FusionCensusTests
{
    [Fact]
    public void A_static_Conv_becomes_a_QLinearConv_and_its_Relu_is_gone()
    {
        var census = Census(Given.ConvRelu().Model.Compressed("quantize.static"));

        Assert.Equal(1, census.Count("QLinearConv"));
        Assert.Equal(0, census.Count("Relu"));
        Assert.Empty(census.Leftovers);
    }

    [Fact]
    public void A_dynamic_MatMul_is_one_operator() =>
        Assert.Equal(1, Census(Given.MatMul().Model.Compressed("quantize.dynamic")).Count("DynamicQuantizeMatMul"));

    [Theory]
    [InlineData("quantize.weights")]
    [InlineData("quantize.weights(symmetric=false)")]
    [InlineData("quantize.weights(bits=8)")]
    [InlineData("quantize.weights(bits=8,symmetric=false)")]
    public void Weights_in_blocks_become_MatMulNBits(string recipe)
    {
        var model = Given.Graph(21).Input("x", 2, 64).Weight("B", 64, 32).Node("MatMul", "x,B", "y").Output("y", 2, 32).Model;

        var census = Census(model.Compressed(recipe));

        Assert.Equal(1, census.Count("MatMulNBits"));
    }

    [Theory]
    [InlineData("quantize.static")]
    [InlineData("graph.clean | quantize.static")]
    [InlineData("quantize.static(perChannel=false)")]
    [InlineData("quantize.static(activations=s8)")]
    public void An_Add_behind_a_MatMul_of_known_sizes_goes_into_its_integer_kernel(string recipe)
    {
        // What is added last is not read by integers, as in front of a residual sum.
        var model = Given.Graph(21).Input("x", 1, 4, 64).Weight("B", 64, 64).Weight("b", 64).Node("MatMul", "x,B", "m").Node("Add", "m,b", "h")
            .Node("Add", "h,x", "y").Output("y", 1, 4, 64).Model;

        var census = Census(model.Compressed(recipe));

        Assert.Equal(1, census.Count("QGemm"));
        Assert.Empty(census.Leftovers);
    }

    [Fact]
    public void A_Relu_between_two_such_layers_is_gone()
    {
        var model = Given.Graph(21).Input("x", 1, 4, 64).Weight("B", 64, 32).Weight("b", 32).Node("MatMul", "x,B", "m").Node("Add", "m,b", "h")
            .Node("Relu", "h", "r").Weight("C", 32, 64).Weight("c", 64).Node("MatMul", "r,C", "n").Node("Add", "n,c", "y").Output("y", 1, 4, 64).Model;

        var census = Census(model.Compressed("quantize.static"));

        Assert.Equal((2, 0, 1), (census.Count("QGemm"), census.Count("Relu"), census.Count("QuantizeLinear")));
        Assert.Empty(census.Leftovers);
    }

    [Fact]
    public void A_DequantizeLinear_that_feeds_a_Conv_is_a_leftover()
    {
        var model = Given.ConvRelu().Model;
        var broken = model.Compressed("quantize.static");
        var last = broken.Maker(broken.Maker("y").Input(0));
        broken.Graph.Nodes.Remove(broken.Maker("y"));
        broken.Graph.Nodes.Remove(last);
        broken.Maker(last.Input(0)).Outputs[0] = "y";

        Assert.NotEmpty(Census(broken).Leftovers);
    }

    public static TheoryData<string> SampleNames => [.. ModelUnderTest.Samples.Select(model => model.Name)];

    public static TheoryData<string> PublicNames =>
    [
        .. ModelUnderTest.Public.Select(model => model.Name).Where(name => name != "shufflenet-v2-12-int8"),
    ];

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_sample_model_keeps_no_float_arithmetic_behind_a_DequantizeLinear(string name) => AssertFused(ModelUnderTest.Named(name));

    [DataTheory]
    [MemberData(nameof(PublicNames))]
    public void A_public_model_keeps_no_float_arithmetic_behind_a_DequantizeLinear(string name) => AssertFused(ModelUnderTest.Named(name));

    private static void AssertFused(ModelUnderTest under)
    {
        using var model = under.Open();
        var samples = SyntheticInputs.For(model, 2, 3, under.Inputs);
        string[] recipes = ["quantize.static", "graph.clean | quantize.static", "graph.clean | quantize.static(perChannel=false)"];
        foreach (var text in recipes)
        {
            var recipe = Assert.IsType<Core.Recipes.RecipeRead.Valid>(Core.Recipes.RecipeText.Parse(text)).Recipe;
            var variant = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, recipe, () => samples)).Model;

            Assert.True(Census(variant).Leftovers.IsEmpty, $"{text}: {string.Join(',', Census(variant).Leftovers)}");
        }
    }

    private static FusionCensus Census(OnnxModel model) => Assert.IsType<CensusResult.Counted>(FusionCensus.Of(model)).Census;
}
