using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Samples.Tests;

public sealed class SampleModelsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sample-models-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void When_the_models_are_written_they_are_two_files_under_one_megabyte_together()
    {
        var paths = SampleModels.WriteTo(_folder);

        Assert.Equal(["digits-cnn.onnx", "digits-transformer.onnx"], paths.Select(Path.GetFileName));
        Assert.InRange(paths.Sum(path => new FileInfo(path).Length), 100_000, 1_000_000);
    }

    // Good, and not perfect: a technique that hurts must be able to show it. Bounds leave room for the rounding of another CPU.
    [Theory]
    [InlineData("digits-cnn", 0.968, 0.975)]
    [InlineData("digits-transformer", 0.944, 0.952)]
    public void When_a_model_reads_the_evaluation_split_its_accuracy_is_the_documented_one(string name, double low, double high)
    {
        var images = DrawnDigits.Generate(DrawnDigits.EvaluationCount, DrawnDigits.EvaluationSeed);
        var model = SampleModels.All.Single(each => each.Name == name);

        var accuracy = Accuracy(model, images);

        Assert.InRange(accuracy, low, high);
    }

    private static double Accuracy(SampleModel model, LabelledImages images)
    {
        using var bytes = new MemoryStream();
        using (var stream = model.Open()) stream.CopyTo(bytes);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(bytes.ToArray(), options);
        var input = images.Pixels.Select(pixel => pixel / 255f).ToArray();
        using var value = OrtValue.CreateTensorValueFromMemory(input, [images.Count, 1, DrawnDigits.Side, DrawnDigits.Side]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["input"], [value], ["logits"]);
        var logits = outputs[0].GetTensorDataAsSpan<float>().ToArray().Chunk(10);
        return logits.Zip(images.Labels, (row, label) => Array.IndexOf(row, row.Max()) == label).Count(hit => hit) / (double)images.Count;
    }
}
