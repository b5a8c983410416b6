using BenchFleet.Compression.Inspection;
using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Quantization.Blocks;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Quantization.Blocks;

public class BlockWeightQuantizationTests
{
    [Theory]
    [InlineData(4, true, ElementType.Int4, 15)]
    [InlineData(4, false, ElementType.UInt4, 15)]
    [InlineData(8, true, ElementType.Int8, 35)]
    [InlineData(8, false, ElementType.UInt8, 35)]
    public void Case_1_a_MatMul_reads_its_weight_from_blocks(int bits, bool symmetric, ElementType type, double least)
    {
        var model = Given.Graph(21).Input("x", 2, 50).Weight("B", 50, 12).Node("MatMul", "x,B", "y").Output("y", 2, 12).Model;

        var result = new BlockWeightQuantization(new(bits, 16, symmetric, [])).Applied(model).Model;

        Assert.Equal(["DequantizeLinear", "MatMul"], result.Operators());
        Assert.Equal(type, result.Graph.Initializers["B_quantized"].ElementType);
        Assert.Equal("4,12", string.Join(',', result.Graph.Initializers["B_scale"].Dims));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), least, 100);
    }

    [Theory]
    [InlineData("quantize.weights", true, 12)]
    [InlineData("quantize.weights(bits=8,symmetric=false,block=16)", false, 30)]
    [InlineData("quantize.weights(bits=2,symmetric=false,block=16)", true, 2)]
    [InlineData("quantize.weights(method=awq)", false, 12)]
    [InlineData("quantize.weights(method=gptq)", true, 12)]
    public void Case_4_layers_in_bodies_are_coded(string recipe, bool optimize, double least)
    {
        var model = Given.Graph(21).Input("x", 4, 32).Weight("B", 32, 32).Node("MatMul", "x,B", "m").If(
            "x", "y",
            Given.Graph().Node("MatMul", "m,B", "t").Output("t"),
            Given.Graph().Weight("C", 32, 32).Weight("c", 32).Node("Gemm", "m,C,c", "e").Output("e"))
            .Output("y", 4, 32).Model;

        var result = model.Compressed(recipe);

        Assert.Equal(3, result.AllNodes().Count(node => node.OpType is "DequantizeLinear" or "MatMulNBits"));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 8, 1), optimize), least, 200);
    }

    [Fact]
    public void The_runtime_computes_what_the_codes_say()
    {
        var model = Given.Graph(21).Input("x", 2, 64).Weight("B", 64, 16).Node("MatMul", "x,B", "y").Output("y", 2, 16).Model;
        var result = model.Compressed("quantize.weights");
        var samples = SyntheticInputs.For(model, 4, 1);

        var fused = Outputs.Of(result, samples, optimize: true);
        var plain = Outputs.Of(result, samples, optimize: false);

        Assert.All(fused.Zip(plain).SelectMany(pair => pair.First["y"].Zip(pair.Second["y"])),
        pair => Assert.InRange(pair.First - pair.Second, -1e-4f, 1e-4f));
    }

    [Fact]
    public void Case_2_a_Gemm_keeps_its_bias()
    {
        var model = Given.Graph(21).Input("x", 2, 32).Weight("B", 8, 32).Weight("c", 8).Node("Gemm", "x,B,c", "y", ("transB", 1L))
            .Output("y", 2, 8).Model;

        var result = model.Compressed("quantize.weights(bits=8)");

        Assert.Equal(["DequantizeLinear", "MatMul", "Add"], result.Operators());
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), 35, 100);
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 9)]
    public void Two_bits_are_written_as_the_runtimes_own_product(bool symmetric, double least)
    {
        var model = Given.Graph(21).Input("x", 2, 50).Weight("B", 12, 50).Weight("c", 12)
            .Node("Gemm", "x,B,c", "y", ("transB", 1L)).Output("y", 2, 12).Model;

        var result = new BlockWeightQuantization(new(2, 16, symmetric, [])).Applied(model).Model;

        Assert.Equal(["MatMulNBits", "Add"], result.Operators());
        Assert.Equal(1, result.OpsetImports["com.microsoft"]);
        Assert.Equal("12,4,4", string.Join(',', result.Graph.Initializers["B_transposed_quantized"].Dims));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), least, 100);
    }

    [Theory]
    [InlineData("quantize.weights")]
    [InlineData("quantize.weights(bits=2)")]
    [InlineData("quantize.weights(method=hqq,symmetric=false)")]
    [InlineData("quantize.weights(method=gptq,actOrder=true)")]
    [InlineData("quantize.weights(method=awq)")]
    public void The_bytes_are_the_same_for_any_number_of_threads(string recipe)
    {
        var model = Given.Graph(21).Input("x", 8, 160).Weight("B", 160, 150).Node("MatMul", "x,B", "h").Weight("C", 150, 70)
            .Node("MatMul", "h,C", "y").Output("y", 8, 70).Model;

        var many = OnnxFile.ToBytes(model.Compressed(recipe));
        var one = Lanes.Limited(1, () => OnnxFile.ToBytes(model.Compressed(recipe)));

        Assert.Equal(many, one);
    }

    [Theory]
    [InlineData("method=rtn")]
    [InlineData("method=hqq,symmetric=false")]
    [InlineData("method=gptq")]
    [InlineData("method=awq")]
    [InlineData("method=gptq,bits=8")]
    [InlineData("method=gptq,bits=2,symmetric=false")]
    public void The_runtime_fuses_every_layer_whatever_chose_its_codes(string settings)
    {
        using var model = ModelUnderTest.Named("digits-transformer").Open();

        var result = model.Compressed($"quantize.weights({settings})");

        var census = Assert.IsType<CensusResult.Counted>(FusionCensus.Of(result)).Census;
        Assert.Equal(14, census.Count("MatMulNBits"));
        Assert.Empty(census.Leftovers);
    }

    [Fact]
    public void Only_gptq_and_awq_need_samples()
    {
        var pass = PassCatalogue.Find("quantize.weights")!;

        Assert.Equal("calibration samples when method is gptq or awq", pass.Calibration.ToString());
        Assert.Null(new BlockWeightQuantization(BlockWeightSettings.Default with { Method = BlockMethod.HalfQuadratic }).Request(Given.MatMul().Model));
    }

    [Fact]
    public void A_record_of_statistics_gives_the_same_bytes()
    {
        var model = Given.MatMul(21).Model;
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse("quantize.weights(method=gptq,block=16)")).Recipe;
        var first = Compressor.Compress(model, recipe, () => SyntheticInputs.For(model, 4, 5));
        var record = Assert.IsType<CompressionResult.Compressed>(first).Statistics!;

        var again = Compressor.CompressFrom(record, model, recipe);

        Assert.True(again is CompressionResult.Compressed, $"{again}");
        Assert.Equal(OnnxFile.ToBytes(((CompressionResult.Compressed)first).Model), OnnxFile.ToBytes(((CompressionResult.Compressed)again).Model));
    }

    [Fact]
    public void A_layer_that_no_sample_reached_is_rounded_to_nearest_with_a_finding()
    {
        var model = Given.MatMul(21).Model;
        var plain = new BlockWeightQuantization(BlockWeightSettings.Default).Applied(model);

        var result = new BlockWeightQuantization(BlockWeightSettings.Default with { Method = BlockMethod.ErrorCompensation }).Applied(model);

        Assert.Equal(OnnxFile.ToBytes(plain.Model), OnnxFile.ToBytes(result.Model));
        Assert.Contains(result.Findings, finding => finding.Message.Contains("no sample reached", StringComparison.Ordinal));
    }

    [Fact]
    public void The_half_quadratic_solver_lowers_its_norm()
    {
        var weights = Enumerable.Range(0, 32).Select(i => i == 5 ? 4f : (float)Math.Sin(i)).ToArray();
        var model = Given.Graph(21).Input("x", 32, 32).Floats("B", [32, 1], weights).Node("MatMul", "x,B", "y").Output("y", 32, 1).Model;

        Assert.InRange(Error("hqq"), 0, 0.99 * Error("rtn"));

        double Error(string method)
        {
            var identity = OnnxTensor.Floats("x", [32, 32], [.. Enumerable.Range(0, 1024).Select(i => i % 33 == 0 ? 1f : 0f)]);
            var result = model.Compressed($"quantize.weights(symmetric=false,method={method})");
            var back = Outputs.Of(result, [new Dictionary<string, OnnxTensor> { ["x"] = identity }], optimize: false)[0]["y"];
            return back.Zip(weights, (x, y) => Math.Pow(Math.Abs(x - y), 0.75)).Sum();
        }
    }

    [Fact]
    public void An_older_model_is_raised_to_21_first()
    {
        var result = Given.MatMul(13).Model.Compressed("quantize.weights");

        Assert.Equal(21, result.OpsetImports[""]);
        Assert.Equal(10, result.IrVersion);
    }

    [Theory]
    [InlineData("quantize.weights(bits=5)", "bits=5 has no kernel")]
    [InlineData("quantize.weights(block=48)", "block=48 has no kernel")]
    public void Settings_without_a_kernel_are_refused(string recipe, string words) =>
        Assert.Contains(words, Given.MatMul().Model.Refused(recipe), StringComparison.Ordinal);
}
