using System.Diagnostics;
using System.Globalization;
using BenchFleet.Compression.Runtime;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;
using BenchFleet.Samples;
using Xunit.Abstractions;

namespace BenchFleet.Compression.Tests.Pruning;

/// <summary>What pruning does to the sample network before it is fine-tuned. The figures are written to the test's output.</summary>
public class PruningDigitsTests(ITestOutputHelper output)
{
    private const int Images = 500;
    private const int Batch = 50;

    [Theory]
    [InlineData("prune.magnitude(sparsity=0.5)", 1, 0.56, 0.5)]
    [InlineData("prune.magnitude(sparsity=0.7)", 1, 0.4, 0.1)]
    [InlineData("prune.magnitude(sparsity=0.9)", 1, 0.2, 0.05)]
    [InlineData("prune.magnitude(sparsity=0.5,scope=layer)", 1, 0.6, 0.15)]
    [InlineData("prune.pattern", 1, 0.6, 0.1)]
    [InlineData("prune.channels(keep=0.75)", 0.65, 0.65, 0.05)]
    [InlineData("prune.channels(keep=0.5)", 0.35, 0.35, 0.05)]
    [InlineData("graph.clean | prune.channels(keep=0.5)", 0.35, 0.35, 0.05)]
    [InlineData("graph.clean | prune.channels(keep=0.75,repair=mean)", 0.65, 0.65, 0.05)]
    [InlineData("graph.clean | prune.channels(keep=0.75,repair=linear)", 0.65, 0.65, 0.8)]
    [InlineData("graph.clean | prune.channels(keep=0.5,repair=linear)", 0.35, 0.35, 0.05)]
    [InlineData("graph.clean | prune.channels(keep=0.5,importance=median,repair=linear)", 0.35, 0.35, 0.05)]
    public void Sizes_and_accuracy_of_the_digits_network(string recipe, double mostRaw, double mostDeflated, double leastAccuracy)
    {
        using var model = ModelUnderTest.Named("digits-cnn").Open();
        using var pruned = Compressed(model, recipe);

        var raw = (double)OnnxFile.ToBytes(pruned).Length / OnnxFile.ToBytes(model).Length;
        var deflated = MagnitudePruningTests.Deflated(pruned) / OnnxFile.ToBytes(model).Length;
        var accuracy = Accuracy(pruned);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe}: raw {raw:F2}, deflated {deflated:F2}, accuracy {accuracy:P1} (was {Accuracy(model):P1}), time {TimeRatio(model, pruned):F2}"));
        Assert.InRange(raw, 0, mostRaw + 0.01);
        Assert.InRange(deflated, 0, mostDeflated);
        Assert.InRange(accuracy, leastAccuracy, 1);
    }

    private static OnnxModel Compressed(OnnxModel model, string recipe)
    {
        var samples = Batches(DrawnDigits.Generate(200, DrawnDigits.CalibrationSeed));
        var parsed = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe;
        return Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, parsed, () => samples)).Model;
    }

    private static double Accuracy(OnnxModel model)
    {
        var images = DrawnDigits.Generate(Images, DrawnDigits.EvaluationSeed);
        var logits = Outputs.Of(model, Batches(images)).SelectMany(outputs => outputs["logits"]).ToArray();
        var right = logits.Chunk(10).Zip(images.Labels).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) == pair.Second);
        return right / (double)Images;
    }

    private static List<IReadOnlyDictionary<string, OnnxTensor>> Batches(LabelledImages images) =>
    [
        .. Enumerable.Range(0, images.Labels.Length / Batch).Select(batch => new Dictionary<string, OnnxTensor>
        {
            ["input"] = OnnxTensor.Floats(
                "input", [Batch, 1, 28, 28], [.. images.Pixels.AsSpan(batch * Batch * 784, Batch * 784).ToArray().Select(pixel => pixel / 255f)]),
        }),
    ];

    /// <summary>Median time of the pruned model over that of the original, run in turns.</summary>
    private static double TimeRatio(OnnxModel model, OnnxModel pruned)
    {
        var sample = Batches(DrawnDigits.Generate(Batch, DrawnDigits.CalibrationSeed))[0];
        using var a = ((SessionOpened.Ready)ModelSession.Open(model)).Session;
        using var b = ((SessionOpened.Ready)ModelSession.Open(pruned)).Session;
        var ratios = Enumerable.Range(0, 41).Select(_ => Time(b) / Time(a)).Order().ToList();
        return ratios[20];

        double Time(ModelSession session)
        {
            var start = Stopwatch.GetTimestamp();
            session.Run(sample, session.FloatOutputs, (_, _) => { });
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }
}
