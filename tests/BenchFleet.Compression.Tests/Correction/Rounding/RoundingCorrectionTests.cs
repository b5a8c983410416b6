using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Correction.Rounding;
using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Correction.Rounding;

public class RoundingCorrectionTests
{
    private const string Nearest = "quantize.static(perChannel=false,bits=7)";

    private const string Learned = Nearest + " | correct.rounding";

    /// <summary>Inputs that go together, as the values of a trained net do: rounding errors add up or cancel.</summary>
    private static Given Together(params long[] dims) => Given.Graph().Input("x", dims).Node("Sigmoid", "x", "p");

    private static OnnxModel Dense(string type, long transposed = 0) => (transposed == 1
        ? Together(16, 48).Weight("W", 24, 48)
        : Together(16, 48).Weight("W", 48, 24)).Node(type, "p,W", "y", type == "Gemm" ? [("transB", transposed)] : []).Output("y", 16, 24).Model;

    private static OnnxModel Convolution(long group, long stride, params long[] kernel) =>
        Together([1, 8, .. kernel.Select(_ => 9L)]).Weight("W", [16, 8 / group, .. kernel]).Weight("b", 16)
            .Node("Conv", "p,W,b", "y", ("group", group), ("strides", kernel.Select(_ => stride).ToArray()), ("pads", kernel.Concat(kernel).Select(k => k / 2).ToArray()))
            .Output("y").Model;

    public static TheoryData<string> Layers => ["MatMul", "Gemm", "Gemm transposed", "Conv", "Conv strided", "Conv depthwise", "Conv of one axis"];

    private static OnnxModel Layer(string name) => name switch
    {
        "MatMul" or "Gemm" => Dense(name),
        "Gemm transposed" => Dense("Gemm", 1),
        "Conv" => Convolution(1, 1, 3, 3),
        "Conv strided" => Convolution(2, 2, 3, 1),
        "Conv depthwise" => Convolution(8, 1, 3, 3),
        _ => Convolution(1, 1, 5),
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Case_1_the_output_of_a_layer_comes_nearer_on_samples_that_it_did_not_learn_from(string name)
    {
        var model = Layer(name);
        var (learnt, heldOut) = (SyntheticInputs.For(model, 16, 5), SyntheticInputs.For(model, 8, 77));

        var nearest = Outputs.Sqnr(model, model.Compressed(Nearest, learnt), heldOut);
        var learned = Outputs.Sqnr(model, model.Compressed(Learned, learnt), heldOut);

        Assert.True(learned >= nearest + 1, $"{nearest:F2} dB before, {learned:F2} dB after");
    }

    [Fact]
    public void The_sample_net_comes_nearer_on_digits_that_it_did_not_learn_from()
    {
        using var model = ModelUnderTest.Named("digits-cnn").Open();
        var (learnt, heldOut) = (DrawnSamples.Calibration(32), DrawnSamples.Evaluation(32));

        var before = Outputs.Sqnr(model, model.Compressed($"graph.clean | {Nearest}", learnt), heldOut);
        var after = Outputs.Sqnr(model, model.Compressed($"graph.clean | {Learned}", learnt), heldOut);

        Assert.True(after >= before + 2, $"{before:F2} dB before, {after:F2} dB after");
    }

    [Fact]
    public void Case_3_no_code_leaves_the_range_of_seven_bits()
    {
        var codes = Dense("MatMul").Compressed(Learned).Graph.Initializers["W_quantized_learned"].ToInt64s();

        Assert.InRange(codes.Max(), 0, 64);
        Assert.InRange(codes.Min(), -64, 0);
    }

    [Fact]
    public void Case_4_a_shared_weight_keeps_its_rounding_and_says_so()
    {
        var model = Together(4, 8).Weight("W", 8, 8).Node("MatMul", "p,W", "m").Node("MatMul", "m,W", "y").Output("y", 4, 8).Model;

        Assert.Contains("keeps its rounding: other nodes read its weight too", model.Refused(Learned), StringComparison.Ordinal);
    }

    [Fact]
    public void Case_5_before_quantization_it_is_refused() =>
        Assert.Contains("nothing is quantized yet", Given.ConvRelu().Model.Refused("correct.rounding"), StringComparison.Ordinal);

    [Fact]
    public void Errors_that_add_up_are_rounded_so_that_they_cancel()
    {
        // All inputs are equal, so only the sum of the errors counts: 1.5 in all, where rounding to nearest leaves nothing.
        var rounding = new LearnedRounding(4, [.. Enumerable.Repeat(1f, 16)]);

        var codes = rounding.Round([0.45f, 0.4f, 0.35f, 0.3f], [0, 0, 0, 0], 1, -8, 8);

        Assert.InRange(codes.Sum(), 1, 2);
    }

    [Fact]
    public void The_codes_are_the_same_for_any_number_of_threads()
    {
        var model = Layer("Conv depthwise");

        Assert.Equal(
            OnnxFile.ToBytes(Lanes.Limited(1, () => model.Compressed(Learned))), OnnxFile.ToBytes(Lanes.Limited(2, () => model.Compressed(Learned))));
    }

    [Fact]
    public void A_record_replays_to_the_same_bytes_without_samples()
    {
        var model = Layer("Conv");
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(Learned)).Recipe;
        var first = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, recipe, () => SyntheticInputs.For(model, 4, 5)));
        var kept = CanonicalJson.Read<CalibrationRecord>(CanonicalJson.Write(first.Statistics!));

        var second = Assert.IsType<CompressionResult.Compressed>(Compressor.CompressFrom(kept, model, recipe));

        Assert.Equal(OnnxFile.ToBytes(first.Model), OnnxFile.ToBytes(second.Model));
    }
}
