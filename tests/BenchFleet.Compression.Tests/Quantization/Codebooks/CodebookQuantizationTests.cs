using BenchFleet.Compression.Inspection;
using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Quantization.Codebooks;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;
using BenchFleet.Samples;
using BenchFleet.TestSupport;
using Xunit.Abstractions;

namespace BenchFleet.Compression.Tests.Quantization.Codebooks;

public class CodebookQuantizationTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("codebook=kmeans,perChannel=false", 15)]
    [InlineData("codebook=kmeans,entries=256,perChannel=false", 35)]
    [InlineData("codebook=kmeans", 18)]
    [InlineData("codebook=nf4", 15)]
    [InlineData("codebook=nf4,block=0", 15)]
    [InlineData("codebook=nf4,block=48", 15)]
    [InlineData("codebook=nf4,perChannel=false", 15)]
    [InlineData("codebook=log2", 8)]
    public void Weights_of_every_layer_come_back_and_the_runtime_folds_them(string settings, double least)
    {
        var model = Layers();

        var result = model.Compressed($"quantize.codebook({settings})");
        var census = Assert.IsType<CensusResult.Counted>(FusionCensus.Of(result)).Census;

        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), least, 100);
        Assert.Equal(0, census.Count("Gather") + census.Count("GatherElements") + census.Count("Cast"));
        Assert.InRange(OnnxFile.ToBytes(result).Length, 0, OnnxFile.ToBytes(model).Length * 0.42);
    }

    /// <summary>The CNN has two pointwise layers that bear no 16 levels spread over a channel's range; values learned by channel they bear.</summary>
    [Theory]
    [InlineData("digits-cnn", "quantize.codebook(codebook=kmeans)", 15)]
    [InlineData("digits-cnn", "quantize.codebook", 3)]
    [InlineData("digits-transformer", "quantize.codebook", 15)]
    public void On_real_digits_the_answers_stay_close(string name, string recipe, double least)
    {
        using var model = ModelUnderTest.Named(name).Open();
        var images = DrawnDigits.Generate(16, DrawnDigits.EvaluationSeed);
        var input = OnnxTensor.Floats("input", [16, 1, 28, 28], Array.ConvertAll(images.Pixels, pixel => pixel / 255f));
        List<IReadOnlyDictionary<string, OnnxTensor>> samples = [new Dictionary<string, OnnxTensor> { ["input"] = input }];

        var sqnr = Outputs.Sqnr(model, model.Compressed(recipe), samples);

        log.WriteLine($"{name}, {recipe}: {sqnr:F1} dB");
        Assert.InRange(sqnr, least, 100);
    }

    [Fact]
    public void Indices_of_sixteen_values_are_packed_in_four_bits()
    {
        var result = Layers().Compressed("quantize.codebook");

        Assert.Equal(ElementType.UInt4, result.Graph.Initializers["B_indices"].ElementType);
        Assert.Equal("130,96", string.Join(',', result.Graph.Initializers["B_indices"].Dims));
        Assert.Equal("3,96", string.Join(',', result.Graph.Initializers["B_scale"].Dims));
    }

    [Fact]
    public void A_shared_weight_is_coded_once_and_a_small_one_stays_float()
    {
        var model = Given.Graph(21).Input("x", 2, 16).Weight("A", 16, 64).Weight("B", 64, 64).Node("MatMul", "x,A", "a")
            .Node("MatMul", "a,B", "b").Node("MatMul", "b,B", "y").Output("y", 2, 64).Model;

        var result = model.Compressed("quantize.codebook(codebook=kmeans)");

        Assert.Equal(1, result.Count("GatherElements"));
        Assert.True(result.Graph.Initializers.Contains("A"));
    }

    [Fact]
    public void A_second_time_is_refused() =>
        Assert.Contains("a codebook would make smaller", Given.MatMul(21).Model.Refused("quantize.codebook(codebook=kmeans)"), StringComparison.Ordinal);

    [Fact]
    public void The_bytes_are_the_same_for_any_number_of_threads()
    {
        var model = Layers();

        Assert.Equal(
            OnnxFile.ToBytes(model.Compressed("quantize.codebook(codebook=kmeans)")),
            Lanes.Limited(1, () => OnnxFile.ToBytes(model.Compressed("quantize.codebook(codebook=kmeans)"))));
    }

    /// <summary>The figures of the notes, which another program measured: SQNR of all Conv weights together, in dB.</summary>
    [DataFact]
    public void On_real_weights_the_codings_are_as_close_as_measured_elsewhere()
    {
        using var model = ModelUnderTest.Named("ultraface-RFB-320").Open();
        var index = new GraphIndex(model.Graph);
        var weights = model.Graph.Nodes.Where(node => node.Is("Conv")).Select(node => ChannelMatrix.Of(node, index).Weight!).ToList();

        var nf4 = Sqnr(CodebookSettings.Default with { Block = 0 });
        Near(20.1, nf4, "nf4 per channel");
        AtLeast(21.4, Sqnr(new(CodebookKind.KMeans, 64, false, 0, [])), "64 learned values per tensor");
        AtLeast(16.3, Sqnr(new(CodebookKind.KMeans, 16, false, 0, [])), "16 learned values per tensor");
        Near(14.8, Sqnr(new(CodebookKind.PowersOfTwo, 16, true, 0, [])), "powers of two per channel");
        Near(17.7, Integers(weights), "integers of 4 bits per channel");
        Assert.InRange(nf4 - Integers(weights), 1.9, 2.9);

        double Sqnr(CodebookSettings settings) => Noise(weights, weight => Expanded(weight, CodedByBook.Of(weight, settings)));
        void Near(double expected, double actual, string what)
        {
            log.WriteLine($"{what}: {actual:F1} dB, elsewhere {expected:F1}");
            Assert.InRange(actual, expected - 1, expected + 1);
        }

        void AtLeast(double expected, double actual, string what)
        {
            log.WriteLine($"{what}: {actual:F1} dB, elsewhere {expected:F1}");
            Assert.InRange(actual, expected, expected + 4);
        }
    }

    private static double Integers(List<ChannelMatrix> weights) => Noise(weights, weight =>
    {
        var result = new float[weight.Constant.ElementCount];
        for (var channel = 0; channel < weight.Channels; channel++)
        {
            var values = weight.Constant.AsFloats().Slice(channel * weight.Inputs, weight.Inputs);
            var scale = values.ToArray().Max(MathF.Abs) / 7;
            for (var i = 0; i < values.Length; i++)
                result[channel * weight.Inputs + i] = scale == 0 ? 0 : MathF.Round(values[i] / scale) * scale;
        }

        return result;
    });

    private static double Noise(List<ChannelMatrix> weights, Func<ChannelMatrix, float[]> expand)
    {
        var (signal, noise) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            foreach (var (x, y) in weight.Constant.AsFloats().ToArray().Zip(expand(weight)))
                (signal, noise) = (signal + (double)x * x, noise + ((double)x - y) * (x - y));
        }

        return 10 * Math.Log10(signal / noise);
    }

    private static float[] Expanded(ChannelMatrix weight, CodedByBook coded) =>
    [
        .. coded.Indices.Select((index, i) => coded.Books[index] * (coded.Scales is null ? 1 : coded.Scales[i / weight.Inputs])),
    ];

    /// <summary>Conv, MatMul and Gemm of both orders; 130 inputs are no multiple of a block.</summary>
    private static OnnxModel Layers() => Given.Graph(21).Input("x", 1, 16, 9, 9).Weight("W", 32, 16, 3, 3).Node("Conv", "x,W", "c")
        .Node("GlobalAveragePool", "c", "g").Node("Flatten", "g", "f").Weight("A", 130, 32).Node("Gemm", "f,A", "a", ("transB", 1L))
        .Weight("B", 130, 96).Node("MatMul", "a,B", "b").Weight("C", 96, 64).Node("Gemm", "b,C", "y").Output("y", 1, 64).Model;
}
