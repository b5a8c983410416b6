using BenchFleet.Core.Recipes;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Models;

/// <summary>
/// Every model through every pass: a result that loads and stays close to the original (least SQNR in dB on made-up inputs), or a refusal
/// that says why (its decisive words).
/// </summary>
public class EveryModelThroughEveryPassTests
{
    private static readonly string[] Passes =
    [
        "graph.clean", "graph.clean(opset=21)", "quantize.dynamic", "quantize.dynamic(perChannel=true,weights=u8)", "quantize.static",
        "graph.clean | quantize.static", "graph.clean | quantize.dynamic",
        "quantize.static(activations=s8)", "quantize.static(activations=s8,symmetric=true)", "quantize.static(weights=u8,perChannel=false)",
        "quantize.static(bits=7)",
        "convert.fp16", "graph.clean | convert.fp16", "quantize.weights", "quantize.weights(bits=8,symmetric=false)",
        "quantize.weights(symmetric=false,block=16)", "quantize.weights(bits=2,symmetric=false,block=16,method=gptq)",
        "quantize.weights(method=hqq)", "quantize.weights(method=gptq)", "quantize.weights(method=awq)",
        "quantize.codebook", "quantize.codebook(codebook=log2)", "quantize.codebook(codebook=kmeans,entries=64,perChannel=false)",
        "prune.magnitude", "prune.pattern(importance=wanda)", "prune.channels(keep=0.5)",
        "graph.clean | prune.channels(importance=wanda,scope=global,repair=linear)",
        "equalize.layers", "graph.clean | equalize.layers", "smooth.activations(insert=true)", "quantize.static | correct.bias",
        "convert.bf16", "graph.clean | lowrank.svd(ratio=0.9,method=data)",
    ];

    public static TheoryData<string, string> Cells(IEnumerable<ModelUnderTest> models)
    {
        var cells = new TheoryData<string, string>();
        foreach (var model in models)
        {
            foreach (var pass in Passes)
                cells.Add(model.Name, pass);
        }

        return cells;
    }

    public static TheoryData<string, string> SampleCells => Cells(ModelUnderTest.Samples);

    public static TheoryData<string, string> PublicCells => Cells(ModelUnderTest.Public);

    [Theory]
    [MemberData(nameof(SampleCells))]
    public void A_sample_model_comes_out_close_or_is_refused_by_name(string model, string recipe) =>
        Check(ModelUnderTest.Named(model), recipe);

    [DataTheory]
    [MemberData(nameof(PublicCells))]
    public void A_public_model_comes_out_close_or_is_refused_by_name(string model, string recipe) =>
        Check(ModelUnderTest.Named(model), recipe);

    private static void Check(ModelUnderTest under, string text)
    {
        using var model = under.Open();
        var samples = SyntheticInputs.For(model, 3, seed: 7, under.Inputs);
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(text)).Recipe;

        var result = Compressor.Compress(model, recipe, () => samples);

        if (Expected.Refusal(under.Name, text) is { } words)
        {
            var refused = Assert.IsType<CompressionResult.Refused>(result);
            Assert.Contains(words, refused.Failure.Message, StringComparison.Ordinal);
            return;
        }

        Assert.True(result is CompressionResult.Compressed, $"{result}");
        var variant = ((CompressionResult.Compressed)result).Model;
        var sqnr = Outputs.Sqnr(model, variant, samples);
        Assert.True(
            sqnr >= Expected.LeastSqnr(under.Name, text),
            $"{sqnr:F1} dB; {string.Join('\n', ((CompressionResult.Compressed)result).Findings)}");
    }
}
