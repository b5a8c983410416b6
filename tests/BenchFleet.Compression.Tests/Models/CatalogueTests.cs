using BenchFleet.Compression.Runtime;
using BenchFleet.Compression.Tests.Generated;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Models;

/// <summary>
/// Every pass that the catalogue has, with its defaults and with random options, on every model at hand and on the node vectors of ONNX's own
/// tests: a result within the pass's bound, or a refusal that names it. A new pass is covered without an edit here.
/// </summary>
public class CatalogueTests
{
    /// <summary>What a model makes of noise is small differences of large numbers: this much worse than a generated graph, in dB.</summary>
    private const double NoiseInputs = 6;

    public static TheoryData<string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string>();
            foreach (var model in ModelUnderTest.Public)
            {
                foreach (var pass in PassCatalogue.All)
                    cells.Add(model.Name, pass.Name);
            }

            return cells;
        }
    }

    public static TheoryData<string> Vectors => [.. TestData.Files("onnx-backend-tests", "model.onnx")];

    [DataTheory]
    [MemberData(nameof(Cells))]
    public void A_public_model_comes_out_within_the_bound_of_a_pass_or_is_refused_by_name(string model, string pass)
    {
        var under = ModelUnderTest.Named(model);
        using var original = under.Open();
        var trial = new Trial(original, SyntheticInputs.For(original, 2, seed: 7, under.Inputs), NoiseInputs);

        Assert.Equal("", trial.Of(new Recipe([new PassStep(pass)]), optimizeToo: false) ?? "");
    }

    [DataTheory]
    [MemberData(nameof(Vectors))]
    public void A_node_vector_comes_out_within_the_bound_of_every_pass_or_is_refused_by_name(string path)
    {
        using var model = ModelUnderTest.Read(OnnxFile.Open(TestData.Path(path)));
        if (Inputs(model, path) is not { } inputs || ModelSession.Open(model, optimize: false) is not SessionOpened.Ready ready) return;
        var comparable = ready.Session.FloatOutputs.Length > 0;
        ready.Session.Dispose();
        // Integers alone leave nothing to compare, and operator sets below 7 are refused before any pass is asked.
        if (!comparable || OnnxChecker.Check(model).Any(finding => finding.Severity == Severity.Error)) return;

        var trial = new Trial(model, [inputs]);
        var random = new Random(path.Length);

        var wrong = PassCatalogue.All.SelectMany(pass => new[] { new Recipe([new PassStep(pass.Name)]), RandomRecipe.Of(pass, random) })
            .Select(recipe => (recipe.Text, Verdict: trial.Of(recipe, optimizeToo: false)))
            .Where(tried => tried.Verdict is { Length: > 0 })
            .Select(tried => $"{tried.Text}: {tried.Verdict}");

        Assert.Empty(wrong);
    }

    /// <summary>The vector's inputs in the order of the graph's; null where one is no tensor, or the folder has none.</summary>
    private static Dictionary<string, OnnxTensor>? Inputs(OnnxModel model, string path)
    {
        var folder = Path.Combine(Path.GetDirectoryName(TestData.Path(path))!, "test_data_set_0");
        var inputs = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        foreach (var (input, i) in model.Graph.Inputs.Where(input => !model.Graph.Initializers.Contains(input.Name)).Select((input, i) => (input, i)))
        {
            var file = Path.Combine(folder, $"input_{i}.pb");
            if (!input.IsTensor || !File.Exists(file) || OnnxTensor.Parse(File.ReadAllBytes(file)) is not TensorRead.Success(var tensor)) return null;
            inputs[input.Name] = tensor;
        }

        return inputs;
    }
}
