using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Quantization;

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
