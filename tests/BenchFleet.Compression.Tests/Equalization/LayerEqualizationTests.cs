using BenchFleet.Compression.Equalization;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Equalization;

public class LayerEqualizationTests
{
    private static readonly LayerEqualization Pass = new(LayerEqualizationSettings.Default);

    private static readonly (string, object)[] Padded = [("pads", new long[] { 1, 1, 1, 1 })];

    /// <summary>Channel i of the weight scaled by 4^(i mod 5).</summary>
    private static float[] Uneven(int outputs, int perOutput) =>
        [.. Enumerable.Range(0, outputs * perOutput).Select(i => MathF.Sin(i * 2.3f) * MathF.Pow(4, i / perOutput % 5))];

    private static Given Convolutions(string activation, params (string, object)[] attributes) =>
        Given.Graph().Input("x", 1, 3, 8, 8).Floats("W", [10, 3, 3, 3], Uneven(10, 27)).Weight("b", 10).Weight("V", 4, 10, 3, 3)
            .Node("Conv", "x,W,b", "c", Padded).Node(activation, "c", "r", attributes).Node("Conv", "r,V", "y", Padded)
            .Output("y", 1, 4, 8, 8);

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    public void Case_1_two_convolutions_share_their_ranges_and_compute_the_same(string activation)
    {
        var model = Convolutions(activation).Model;

        var result = Pass.Applied(model).Model;

        Assert.InRange(Difference(model, result), 0, 1e-5);
        var (first, second) = (Weight(result, "c"), Weight(result, "y"));
        for (var channel = 0; channel < 10; channel++)
        {
            var read = Enumerable.Range(0, 4).SelectMany(o => second.AsSpan((o * 10 + channel) * 9, 9).ToArray()).Max(MathF.Abs);
            Assert.Equal(read, first.AsSpan(channel * 27, 27).ToArray().Max(MathF.Abs), 1e-3f * read);
        }
    }

    [Fact]
    public void Case_1_a_MatMul_and_its_bias_are_one_layer()
    {
        var model = Given.Graph().Input("x", 2, 3, 8).Floats("A", [8, 12], Uneven(8, 12)).Weight("a", 12).Weight("B", 12, 4)
            .Node("MatMul", "x,A", "m").Node("Add", "m,a", "h").Node("Relu", "h", "r").Node("MatMul", "r,B", "y").Output("y", 2, 3, 4).Model;

        var result = Pass.Applied(model).Model;

        Assert.InRange(Difference(model, result), 0, 1e-5);
        Assert.NotEqual("a", result.Maker("h").Input(1));
    }

    [Fact]
    public void Case_2_a_depthwise_convolution_between_two_others_is_equalised_with_both()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Floats("W", [10, 3, 1, 1], Uneven(10, 3)).Weight("D", 10, 1, 3, 3).Weight("V", 4, 10, 1, 1)
            .Node("Conv", "x,W", "c").Node("Relu", "c", "r").Node("Conv", "r,D", "d", ("group", 10L)).Node("Relu", "d", "s")
            .Node("Conv", "s,V", "y").Output("y", 1, 4, 6, 6).Model;

        var applied = Pass.Applied(model);

        Assert.InRange(Difference(model, applied.Model), 0, 1e-5);
        Assert.Contains(applied.Findings, finding => finding.Message.StartsWith("2 pairs", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_3_behind_a_Flatten_a_channel_is_many_inputs()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Floats("W", [10, 3, 1, 1], Uneven(10, 3)).Weight("B", 40, 5).Weight("b", 5)
            .Node("Conv", "x,W", "c").Node("Relu", "c", "r")
            .Node("MaxPool", "r", "m", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
            .Node("Flatten", "m", "f").Node("Gemm", "f,B,b", "y").Output("y", 1, 5).Model;

        Assert.InRange(Difference(model, Pass.Applied(model).Model), 0, 1e-5);
    }

    [Fact]
    public void Case_4_a_Clip_stops_a_factor_unless_it_is_relaxed()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Floats("W", [10, 3, 3, 3], Uneven(10, 27)).Weight("V", 4, 10, 3, 3)
            .Floats("zero", [], 0).Floats("six", [], 6).Node("Conv", "x,W", "c").Node("Clip", "c,zero,six", "r").Node("Conv", "r,V", "y")
            .Output("y", 1, 4, 4, 4).Model;

        var strict = Pass.Applied(model);
        var relaxed = new LayerEqualization(new(false, RelaxClip: true)).Applied(model);

        Assert.False(strict.Changed);
        Assert.Contains(strict.Findings, finding => finding.Message.Contains("not positively homogeneous", StringComparison.Ordinal));
        Assert.Equal(["Conv", "Relu", "Conv"], relaxed.Model.Operators());
        Assert.Contains(relaxed.Findings, finding => finding.Message.Contains("no longer cut", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_5_a_channel_of_zeros_keeps_its_scale()
    {
        var model = Given.Graph().Input("x", 2, 2).Floats("A", [2, 3], 1, 0, 8, 2, 0, 3).Weight("B", 3, 2).Node("MatMul", "x,A", "h")
            .Node("MatMul", "h,B", "y").Output("y", 2, 2).Model;

        var result = Pass.Applied(model).Model;

        Assert.InRange(Difference(model, result), 0, 1e-5);
        Assert.Equal(0, Weight(result, "h")[1]);
    }

    [Fact]
    public void Case_6_a_value_that_is_read_twice_or_normalised_stays()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 3, 3, 1, 1).Weight("V", 3, 3, 1, 1).Node("Conv", "x,W", "c")
            .Node("Conv", "c,V", "d").Node("Add", "c,d", "y").Output("y", 1, 3, 4, 4).Model;

        var applied = Pass.Applied(model);

        Assert.False(applied.Changed);
        Assert.Contains(applied.Findings, finding => finding.Message.Contains("more than one place", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_7_high_biases_move_on_and_the_answer_stays()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 6, 3, 1, 1).Floats("b", [6], 20, 0, 30, 0, 10, 0).Weight("V", 4, 6, 3, 3)
            .Weight("v", 4).Node("Conv", "x,W,b", "c").Node("Relu", "c", "r").Node("Conv", "r,V,v", "y").Output("y", 1, 4, 6, 6).Model;

        var result = model.Compressed("equalize.layers(absorb=true)");

        Assert.InRange(Difference(model, result), 0, 1e-5);
        var bias = result.Graph.Initializers[result.Maker("c").Input(2)].ToFloats();
        Assert.True(Math.Abs(bias[0]) < 10, $"{bias[0]}");
    }

    [Fact]
    public void Case_8_a_model_without_a_pair_is_returned_as_it_is()
    {
        var model = Given.MatMul().Model;

        var applied = Pass.Applied(model);

        Assert.False(applied.Changed);
        Assert.Same(model, applied.Model);
    }

    [Fact]
    public void Twice_is_once()
    {
        var once = Pass.Applied(Convolutions("Relu").Model).Model;

        Assert.False(Pass.Applied(once).Changed);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes() =>
        Assert.Equal(
            OnnxFile.ToBytes(Pass.Applied(Convolutions("Relu").Model).Model), OnnxFile.ToBytes(Pass.Applied(Convolutions("Relu").Model).Model));

    [Fact]
    public void A_badly_scaled_net_gains_ten_dB_with_one_scale_per_tensor()
    {
        var even = Convolutions("Relu").Model.Graph;
        var second = even.Initializers["V"].ToFloats();
        for (var i = 0; i < second.Length; i++)
            second[i] /= MathF.Pow(4, i / 9 % 10 % 5);
        even.Initializers.Replace(OnnxTensor.Floats("V", [4, 10, 3, 3], second));
        var model = new OnnxModel(even) { IrVersion = 8, OpsetImports = { [""] = 13 } };
        var samples = SyntheticInputs.For(model, 4, 99);

        var plain = Outputs.Sqnr(model, model.Compressed("quantize.static(perChannel=false)"), samples);
        var equalised = Outputs.Sqnr(model, model.Compressed("equalize.layers | quantize.static(perChannel=false)"), samples);

        Assert.True(equalised > plain + 10, $"{plain:F1} dB to {equalised:F1} dB");
    }

    private static float[] Weight(OnnxModel model, string output) => model.Graph.Initializers[model.Maker(output).Input(1)].ToFloats();

    /// <summary>Greatest difference as a share of the greatest value.</summary>
    internal static double Difference(OnnxModel model, OnnxModel other)
    {
        var samples = SyntheticInputs.For(model, 4, 21);
        var (wanted, got) = (Outputs.Of(model, samples, optimize: false), Outputs.Of(other, samples, optimize: false));
        return wanted.Zip(got).Max(pair => pair.First.Max(output =>
            output.Value.Zip(pair.Second[output.Key], (x, y) => Math.Abs(x - y)).Max() / output.Value.Max(Math.Abs)));
    }
}
