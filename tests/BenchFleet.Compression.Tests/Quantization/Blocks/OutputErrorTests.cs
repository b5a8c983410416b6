using System.IO.Compression;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;
using BenchFleet.Samples;
using BenchFleet.TestSupport;
using Xunit.Abstractions;

namespace BenchFleet.Compression.Tests.Quantization.Blocks;

/// <summary>
/// How far each layer's output moves by its coded weights, on inputs that calibration did not see: what rounding methods are judged by.
/// </summary>
public class OutputErrorTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("quantize.weights(method=gptq)")]
    [InlineData("quantize.weights(method=gptq,symmetric=false)")]
    [InlineData("quantize.weights(method=gptq,actOrder=true)")]
    [InlineData("quantize.weights(method=gptq,bits=2,symmetric=false)")]
    public void On_the_digits_transformer_error_compensation_gains_three_decibels(string recipe) =>
        Assert.InRange(Gain(ModelUnderTest.Named("digits-transformer").Open(), Digits(0, 64), Digits(64, 16), recipe), 3, 100);

    [DataFact]
    public void On_a_public_transformer_error_compensation_gains_three_decibels()
    {
        var model = ModelUnderTest.Named("mnist-self-attention-medium").Open();
        Assert.InRange(Gain(model, Mnist(model, 0, 64), Mnist(model, 64, 16), "quantize.weights(method=gptq)"), 3, 100);
    }

    /// <summary>Mean over the layers of the gain over rounding to nearest, in dB.</summary>
    private double Gain(OnnxModel model, List<IReadOnlyDictionary<string, OnnxTensor>> calibration, List<IReadOnlyDictionary<string, OnnxTensor>> heldOut, string recipe)
    {
        var plain = Sqnrs(model, calibration, heldOut, recipe.Replace("gptq", "rtn", StringComparison.Ordinal));
        var better = Sqnrs(model, calibration, heldOut, recipe);
        log.WriteLine($"{recipe}: {better.Average():F1} dB, to nearest {plain.Average():F1} dB, mean of {plain.Count} layers");
        return better.Average() - plain.Average();
    }

    private static List<double> Sqnrs(
        OnnxModel model, List<IReadOnlyDictionary<string, OnnxTensor>> calibration, List<IReadOnlyDictionary<string, OnnxTensor>> heldOut, string recipe)
    {
        using var variant = model.Compressed(recipe, calibration);
        return LayerOutputs.Sqnrs(model, variant, heldOut);
    }

    private static List<IReadOnlyDictionary<string, OnnxTensor>> Digits(int skip, int count)
    {
        var images = DrawnDigits.Generate(skip + count, DrawnDigits.CalibrationSeed);
        return
        [
            .. Enumerable.Range(skip, count).Select(i => (IReadOnlyDictionary<string, OnnxTensor>)new Dictionary<string, OnnxTensor>
            {
                ["input"] = OnnxTensor.Floats("input", [1, 1, 28, 28], [.. images.Pixels.Skip(i * 784).Take(784).Select(pixel => pixel / 255f)]),
            }),
        ];
    }

    private static List<IReadOnlyDictionary<string, OnnxTensor>> Mnist(OnnxModel model, int skip, int count)
    {
        var input = model.Graph.Inputs.Single();
        long[] dims = [.. input.Shape!.Select(dim => dim.Value ?? 1)];
        using var file = File.OpenRead(TestData.Path("mnist/t10k-first5000-images-idx3-ubyte.gz"));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        var pixels = new byte[16 + (skip + count) * 784];
        unpacked.ReadExactly(pixels);
        return
        [
            .. Enumerable.Range(skip, count).Select(i => (IReadOnlyDictionary<string, OnnxTensor>)new Dictionary<string, OnnxTensor>
            {
                [input.Name] = OnnxTensor.Floats(input.Name, dims, [.. pixels.Skip(16 + i * 784).Take(784).Select(pixel => pixel / 255f)]),
            }),
        ];
    }
}
