using System.IO.Compression;
using BenchFleet.Compression.Pruning.Sparsity;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

public class MagnitudePruningTests
{
    [Theory]
    [InlineData(true, "0 0 0 4", "3.5 0 7 8")]
    [InlineData(false, "0 0 3 4", "0 0 7 8")]
    public void Case_1_the_smallest_half_goes_of_all_layers_or_of_each(bool global, string a, string b)
    {
        var result = Pruned(Two(1, 2, 3, 4, 3.5f, -2.5f, 7, 8), MagnitudePruningSettings.Default with { Global = global });

        Assert.Equal(a, Weights(result, "A"));
        Assert.Equal(b, Weights(result, "B"));
    }

    [Fact]
    public void Case_2_ends_and_excluded_nodes_keep_their_weights()
    {
        var settings = MagnitudePruningSettings.Default;

        Assert.Equal("1 2 3 4", Weights(Pruned(Two(1, 2, 3, 4, 5, 6, 7, 8), settings with { Keep = KeptEnds.First }), "A"));
        Assert.Equal("5 6 7 8", Weights(Pruned(Two(1, 2, 3, 4, 5, 6, 7, 8), settings with { Keep = KeptEnds.Last }), "B"));
        Assert.Equal("5 6 7 8", Weights(Pruned(Two(1, 2, 3, 4, 5, 6, 7, 8), settings with { Exclude = ["MatMul_y"] }), "B"));
        Assert.Contains("no constant float weights", Two(1, 2, 3, 4, 5, 6, 7, 8).Refused("prune.magnitude(keep=both)"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.5, 0.8)]
    [InlineData(1, 0.9)]
    public void Case_3_the_schedule_is_cubic(double position, double sparsity) => Assert.Equal(sparsity, CubicSchedule.At(0.1, 0.9, position), 12);

    [Fact]
    public void Case_3_a_position_thins_out_less()
    {
        var result = Pruned(Two(1, 2, 3, 4, 5, 6, 7, 8), MagnitudePruningSettings.Default with { Sparsity = 0.5, Start = 0.25, Position = 0 });

        Assert.Equal("0 0 3 4", Weights(result, "A"));
    }

    [Fact]
    public void Case_4_twice_is_once()
    {
        var once = Pruned(Two(1, 1, 1, 1, 1, 1, 7, 8), MagnitudePruningSettings.Default);

        Assert.Equal("0 0 0 0", Weights(once, "A"));
        Assert.False(new MagnitudePruning(MagnitudePruningSettings.Default).Applied(once).Changed);
    }

    [Fact]
    public void A_weight_that_is_read_as_a_value_too_stays_for_that_reader()
    {
        var model = Given.Graph().Input("x", 2, 2).Floats("A", [2, 2], 1, 2, 3, 4).Node("MatMul", "x,A", "h").Node("Add", "h,A", "y").Output("y", 2, 2).Model;

        var result = Pruned(model, MagnitudePruningSettings.Default);

        Assert.Equal("1 2 3 4", Weights(result, result.Maker("y").Input(1)));
        Assert.Equal("0 0 3 4", Weights(result, result.Maker("h").Input(1)));
    }

    [Fact]
    public void Findings_say_that_the_runtime_gains_nothing() =>
        Assert.Contains(
            "50.0 % of 8 weights are zero: smaller after deflate, never faster",
            new MagnitudePruning(MagnitudePruningSettings.Default).Applied(Two(1, 2, 3, 4, 5, 6, 7, 8)).Findings[^1].Message, StringComparison.Ordinal);

    [Fact]
    public void A_thin_file_deflates_well()
    {
        var model = Given.Graph().Input("x", 1, 64).Weight("A", 64, 64).Node("MatMul", "x,A", "y").Output("y", 1, 64).Model;

        Assert.InRange(Deflated(model.Compressed("prune.magnitude(sparsity=0.9)")) / Deflated(model), 0.05, 0.2);
    }

    internal static double Deflated(OnnxModel model)
    {
        using var target = new MemoryStream();
        using (var deflate = new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(OnnxFile.ToBytes(model));
        return target.Length;
    }

    private static OnnxModel Two(params float[] weights) => Given.Graph().Input("x", 1, 2).Floats("A", [2, 2], weights[..4]).Floats("B", [2, 2], weights[4..])
        .Node("MatMul", "x,A", "h").Node("MatMul", "h,B", "y").Output("y", 1, 2).Model;

    private static OnnxModel Pruned(OnnxModel model, MagnitudePruningSettings settings)
    {
        var pass = new MagnitudePruning(settings);
        var result = pass.Applied(model).Model;
        Assert.Null(pass.Ensures(model, result));
        Assert.Equal(OnnxFile.ToBytes(result), OnnxFile.ToBytes(pass.Applied(model).Model));
        Assert.Single(Outputs.Of(result, SyntheticInputs.For(model, 1, 1)));
        return result;
    }

    private static string Weights(OnnxModel model, string name) => string.Join(' ', model.Graph.Initializers[name].ToFloats());
}
