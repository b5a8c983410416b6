using BenchFleet.Compression.Passes;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>Our output against ONNX Runtime's own Python tool: weights bit by bit, scales within 2e-6.</summary>
public class OracleTests
{
    private const float ScaleTolerance = 2e-6f;

    internal static readonly Dictionary<string, string> Recipes = new()
    {
        ["u8s8-tensor"] = "quantize.static(perChannel=false)",
        ["u8s8-channel"] = "quantize.static",
        ["s8s8-channel"] = "quantize.static(activations=s8)",
        ["u8u8-tensor"] = "quantize.static(weights=u8,perChannel=false)",
        ["s8s8-channel-symmetric"] = "quantize.static(activations=s8,symmetric=true)",
        ["u8s8-channel-7bit"] = "quantize.static(bits=7)",
        ["dynamic-tensor"] = "quantize.dynamic",
        ["dynamic-channel"] = "quantize.dynamic(perChannel=true)",
        ["dynamic-tensor-7bit"] = "quantize.dynamic(bits=7)",
        ["dynamic-channel-7bit"] = "quantize.dynamic(perChannel=true,bits=7)",
        ["block4-32-symmetric"] = "quantize.weights",
        ["block4-32-asymmetric"] = "quantize.weights(symmetric=false)",
        ["fp16"] = "convert.fp16",
        ["recurrent-tensor"] = "quantize.dynamic",
        ["recurrent-channel"] = "quantize.dynamic(perChannel=true)",
    };

    public static TheoryData<string> SampleFixtures => Fixtures(OracleFixture.IsOfSample);

    public static TheoryData<string> PublicFixtures => Fixtures(name => !OracleFixture.IsOfSample(name));

    [Theory]
    [MemberData(nameof(SampleFixtures))]
    public void Sample_models_come_out_as_from_the_tool(string fixture) => Compare(fixture);

    [DataTheory]
    [MemberData(nameof(PublicFixtures))]
    public void Public_models_come_out_as_from_the_tool(string fixture) => Compare(fixture);

    /// <summary>
    /// Our form of the tool's call. Where only weights are coded, without the layers that
    /// the tool passed over: LSTM in the dynamic configurations, MatMul in the recurrent ones, Gemm with beta 0, any Gemm in blocks.
    /// </summary>
    internal static Recipe RecipeOf(OracleFixture fixture, OnnxModel model)
    {
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(fixture.Preparation + Recipes[fixture.Config])).Recipe;
        if (recipe.Steps is not [{ Pass: "quantize.dynamic" or "quantize.weights" } step]) return recipe;
        var taken = fixture.Weights!.Select(weight => weight.Name).ToHashSet();
        var others = model.AllNodes().Where(node => node.OpType is "MatMul" or "Gemm" or "LSTM" && !taken.Contains(node.Input(1))).Select(Findings.Name);
        return new([step with { Settings = step.Settings.SetItem("exclude", string.Join('+', others.Distinct())) }]);
    }

    private static void Compare(string name)
    {
        var fixture = OracleFixture.Load(name);
        using var model = fixture.Open();
        var recipe = RecipeOf(fixture, model);

        var result = Compressor.Compress(model, recipe, fixture.Calibration);

        Assert.True(result is CompressionResult.Compressed, $"{result}");
        var variant = ((CompressionResult.Compressed)result).Model;
        if (fixture.Config == "fp16")
        {
            CompareHalves(fixture, variant);
        }
        else
        {
            CompareWeights(fixture, QuantizedModel.Of(variant));
            CompareActivations(fixture, QuantizedModel.Of(variant));
        }
    }

    /// <summary>
    /// Weights of products: all that both sides code. The tool also codes constants of operators that we leave in float; in block form and
    /// in the dynamic form it passes over some Gemm. Constants of an Add, which it rounds to seven bits where weights have seven, keep
    /// eight in ours.
    /// </summary>
    private static void CompareWeights(OracleFixture fixture, QuantizedModel ours)
    {
        var weights = ours.Weights.Where(weight => weight.InProduct).ToList();
        var compared = 0;
        foreach (var mine in weights)
        {
            if (fixture.Weights!.FirstOrDefault(
                weight => weight.Name == mine.Name && weight.Shape.SequenceEqual(mine.Codes!.Dims)) is not { } theirs)
                continue;
            Assert.True(theirs.Sha256 == QuantizedModel.Sha(mine.Codes!), $"the codes of {theirs.Name} differ");
            Assert.Equal(theirs.ZeroPoint ?? [], mine.ZeroPoint);
            AssertScales(theirs.Name, theirs.Scale!, mine.Scale);
            compared++;
        }

        var isStatic = fixture.Activations is { Length: > 0 };
        Assert.InRange(compared, isStatic ? weights.Count : 1, weights.Count);
    }

    /// <summary>
    /// Activations that are computed. Moved ones bear the scale of what was moved, and ours stop at float operators where the tool's go on.
    /// </summary>
    internal static int CompareActivations(OracleFixture fixture, QuantizedModel ours)
    {
        var compared = 0;
        foreach (var theirs in fixture.Activations ?? [])
        {
            if (ours.Activations.FirstOrDefault(activation => activation.Name == theirs.Name) is not { InProduct: true } mine
                || IsDifferentOnPurpose(mine))
                continue;
            AssertScales(theirs.Name, theirs.Scale, mine.Scale);
            // The middle of a range that is symmetric by construction is a tie between two codes, which the last bit of a float decides.
            if (fixture.Config.StartsWith("calibrate-percentile", StringComparison.Ordinal) && theirs.ZeroPoint[0] is 127 or 128)
                Assert.InRange(mine.ZeroPoint[0], 127, 128);
            else
                Assert.Equal(theirs.ZeroPoint, mine.ZeroPoint);
            compared++;
        }

        return compared;
    }

    /// <summary>Softmax: 1/256, which the runtime's integer Softmax demands; the tool's QDQ form takes 1/255.</summary>
    private static bool IsDifferentOnPurpose(QuantizedModel.Entry mine) => mine.Scale[0] == 1f / 256;

    private static void CompareHalves(OracleFixture fixture, OnnxModel variant)
    {
        var compared = 0;
        foreach (var theirs in fixture.Weights!)
        {
            if (!variant.Graph.Initializers.TryGet(theirs.Name + "_half", out var mine)) continue;
            Assert.True(theirs.Sha256 == QuantizedModel.Sha(mine), $"the halves of {theirs.Name} differ");
            compared++;
        }

        Assert.NotEqual(0, compared);
    }

    internal static void AssertScales(string name, float[] theirs, float[] mine)
    {
        Assert.Equal(theirs.Length, mine.Length);
        foreach (var (x, y) in theirs.Zip(mine))
            Assert.True(MathF.Abs(x - y) <= ScaleTolerance * MathF.Abs(x), $"{name}: scale {y} instead of {x}");
    }

    private static TheoryData<string> Fixtures(Func<string, bool> wanted) => [.. OracleFixture.OfKind("").Where(wanted)];
}
