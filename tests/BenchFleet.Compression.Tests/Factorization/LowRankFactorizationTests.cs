using BenchFleet.Compression.Factorization;
using BenchFleet.Compression.Tests.Equalization;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Factorization;

public class LowRankFactorizationTests
{
    /// <summary>A weight of the given rank, [rows, columns] in the given layout.</summary>
    private static float[] OfRank(int rank, int rows, int columns, bool transposed = false)
    {
        var values = new float[rows * columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                var value = (float)Enumerable.Range(1, rank).Sum(k => Math.Sin(1.3 * k * (r + 1)) * Math.Cos(0.7 * k * (c + 2)) / k);
                values[transposed ? c * rows + r : r * columns + c] = value;
            }
        }

        return values;
    }

    private static OnnxModel Chain(string type) => (type switch
    {
        "MatMul" => Given.Graph().Input("x", 2, 5, 32).Floats("W", [32, 24], OfRank(3, 32, 24)).Weight("b", 24)
            .Node("MatMul", "x,W", "m").Node("Add", "m,b", "y").Output("y", 2, 5, 24),
        "Gemm" => Given.Graph().Input("x", 2, 32).Floats("W", [32, 24], OfRank(3, 32, 24)).Weight("b", 24)
            .Node("Gemm", "x,W,b", "y").Output("y", 2, 24),
        "Gemm transB" => Given.Graph().Input("x", 2, 32).Floats("W", [24, 32], OfRank(3, 32, 24, transposed: true)).Weight("b", 24)
            .Node("Gemm", "x,W,b", "y", ("transB", 1L)).Output("y", 2, 24),
        "Conv" => Given.Graph().Input("x", 1, 4, 9, 9).Floats("W", [16, 4, 3, 3], OfRank(3, 36, 16, transposed: true)).Weight("b", 16)
            .Node("Conv", "x,W,b", "y", ("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { 2, 2 }), ("kernel_shape", new long[] { 3, 3 }))
            .Output("y", 1, 16, 5, 5),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    }).Model;

    [Theory]
    [InlineData("MatMul", "plain")]
    [InlineData("MatMul", "data")]
    [InlineData("Gemm", "plain")]
    [InlineData("Gemm", "data")]
    [InlineData("Gemm transB", "plain")]
    [InlineData("Conv", "plain")]
    [InlineData("Conv", "data")]
    public void Cases_1_to_4_a_weight_of_low_rank_comes_apart_without_loss(string type, string method)
    {
        var model = Chain(type);

        var result = model.Compressed($"lowrank.svd(energy=0.99999999999,method={method})");

        Assert.InRange(LayerEqualizationTests.Difference(model, result), 0, 2e-6);
        Assert.Equal(model.Graph.Nodes.Count + 1, result.Graph.Nodes.Count);
        Assert.InRange(Weights(result), 0, Weights(model) / 2);
    }

    [Fact]
    public void Full_rank_is_exact_to_a_millionth()
    {
        var model = Given.MatMul().Model;
        var (layer, _) = Compression.Layers.WeightLayer.Of(model.Graph.Nodes[0], new GraphIndex(model.Graph));
        var space = OutputSubspace.OfWeights(FactorWriter.Matrix(layer!), 8, 4, default);
        var result = model.Clone();
        var (own, _) = Compression.Layers.WeightLayer.Of(result.Graph.Nodes[0], new GraphIndex(result.Graph));

        new FactorWriter(result.Graph, new UniqueNames(result.Graph)).Write(own!, space, rank: 4);

        Assert.InRange(LayerEqualizationTests.Difference(model, result), 0, 1e-6);
    }

    [Fact]
    public void Directions_from_data_beat_those_of_the_weights_at_one_rank()
    {
        // Inputs lie near a few directions, which the weights know nothing of.
        var model = Given.Graph().Input("x", 8, 6).Floats("P", [6, 48], OfRank(6, 6, 48)).Weight("W", 48, 48).Weight("b", 48)
            .Node("MatMul", "x,P", "p").Node("Tanh", "p", "t").Node("Gemm", "t,W,b", "y").Output("y", 8, 48).Model;
        var samples = SyntheticInputs.For(model, 8, 77);

        var plain = Outputs.Sqnr(model, model.Compressed("lowrank.svd(ratio=0.5,exclude=MatMul_p)"), samples);
        var aware = Outputs.Sqnr(model, model.Compressed("lowrank.svd(ratio=0.5,exclude=MatMul_p,method=data)"), samples);

        Assert.True(aware > plain + 3, $"{plain:F1} dB from the weights, {aware:F1} dB from the data");
    }

    [Fact]
    public void Case_5_grouped_layers_and_ranks_that_do_not_pay_stay_whole_and_are_named()
    {
        var model = Given.Graph().Input("x", 1, 16, 6, 6).Weight("D", 16, 1, 3, 3).Floats("W", [16, 16, 3, 3], OfRank(2, 144, 16, transposed: true))
            .Weight("V", 16, 16, 1, 1).Node("Conv", "x,D", "d", ("group", 16L)).Node("Conv", "d,W", "w").Node("Conv", "w,V", "y")
            .Output("y", 1, 16, 2, 2).Model;

        var applied = new LowRankFactorization(LowRankSettings.Default).Applied(model);

        Assert.Contains(applied.Findings, finding => finding.Where == "Conv_d" && finding.Message.Contains("grouped", StringComparison.Ordinal));
        Assert.Contains(applied.Findings, finding => finding.Where == "Conv_y" && finding.Message.Contains("of the weights", StringComparison.Ordinal));
        Assert.Contains(applied.Findings, finding => finding.Where == "Conv_w" && finding.Message.Contains("has rank 2 now", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_6_a_model_where_nothing_pays_is_refused() =>
        Assert.Contains("no layer has a rank that pays", Given.MatMul().Model.Refused("lowrank.svd(energy=1)"), StringComparison.Ordinal);

    [Fact]
    public void The_same_model_gives_the_same_bytes() =>
        Assert.Equal(
            OnnxFile.ToBytes(Chain("Conv").Compressed("lowrank.svd(method=data)")), OnnxFile.ToBytes(Chain("Conv").Compressed("lowrank.svd(method=data)")));

    private static long Weights(OnnxModel model) => model.Graph.Initializers.Where(tensor => tensor.Rank > 1).Sum(tensor => tensor.ElementCount);
}
