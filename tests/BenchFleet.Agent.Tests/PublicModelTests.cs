using BenchFleet.Compression;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Measurement.Tests.Datasets;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Agent.Tests;

/// <summary>Every technique on public models, with datasets made for them: it works, or says precisely why it does not apply.</summary>
public sealed class PublicModelTests : IDisposable
{
    private const string Digits = """
        name: mnist
        task: classification
        splits:
          calibration: { format: csv, file: mnist-train-sample-500.csv, label: 0, shape: [28, 28], preprocessing: { scale: 1 }, first: 128 }
          evaluation: { format: idx, images: t10k-first5000-images-idx3-ubyte.gz, labels: t10k-first5000-labels-idx1-ubyte.gz }
        preprocessing: { scale: 0.00392156862745098 }
        labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
        """;

    private const string Speech = """
        name: speech
        splits:
          calibration: { format: wav, files: silero-en_num.wav, window: 576, stride: 512, rate: 16000, first: 64 }
          evaluation: { format: wav, files: silero-test-60s.wav, window: 576, stride: 512, rate: 16000, first: 256 }
        inputs: { state: "zeros[2,1,128]", sr: 16000 }
        """;

    private const string Photographs = """
        name: photographs
        splits:
          calibration: { format: images, folder: photos, first: 1 }
          evaluation: { format: images, folder: photos, skip: 1 }
        preprocessing: PREPROCESSING
        """;

    private const string Bytes = """
        name: magika
        splits:
          calibration: { format: npy, file: tokens.npy, first: 40 }
          evaluation: { format: npy, file: tokens.npy, skip: 40 }
        """;

    private static readonly string[] Techniques =
    [
        "graph.clean", "quantize.dynamic", "graph.clean | quantize.static", "quantize.static(perChannel=false)", "quantize.weights",
        "quantize.weights(bits=8)", "convert.fp16",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("benchfleet-public-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [DataTheory]
    [InlineData("mnist-cnn-cntk-opset8.onnx", 0.9830)]
    [InlineData("mnist-self-attention-medium.onnx", 0.9606)]
    [InlineData("mnist-mlp-2x10.onnx", 0.9028)]
    [InlineData("mnist-cnn-maxpool-nhwc.onnx", 0.9728)]
    public void When_a_public_digit_model_is_made_int8_it_keeps_its_accuracy_within_a_point(string model, double documented)
    {
        var digits = Dataset(
            Digits, "mnist/mnist-train-sample-500.csv", "mnist/t10k-first5000-images-idx3-ubyte.gz",
            "mnist/t10k-first5000-labels-idx1-ubyte.gz");

        var accuracy = Assert.IsType<EvaluationResult.Evaluated>(Make(model, "graph.clean | quantize.static", digits)).Record.Accuracy!;

        Assert.Equal(documented, accuracy.Top1Correct / 5000.0, 0.01);
    }

    [DataTheory]
    [InlineData("silero-vad-16k-opset15.onnx", Speech, "")]
    [InlineData("ultraface-RFB-320.onnx", Photographs, "{ resize: [240, 320], scale: 0.0078125, offset: -0.9921875 }")]
    [InlineData("super-resolution-10.onnx", Photographs, "{ resize: 224, crop: 224, color: luma, scale: 0.00392156862745098 }")]
    [InlineData("magika-standard-v3_3.onnx", Bytes, "")]
    public void When_a_technique_is_tried_on_a_public_model_it_works_or_says_why_not(string model, string description, string preprocessing)
    {
        File.WriteAllBytes(Path.Combine(_folder, "tokens.npy"),
            NpyBytes.Of("<i4", "128, 2048", [.. Enumerable.Range(0, 128 * 2048).Select(i => i * 31 % 257)]));
        var dataset = Dataset(
            description.Replace("PREPROCESSING", preprocessing, StringComparison.Ordinal),
            "audio/silero-en_num.wav", "audio/silero-test-60s.wav", "images/daisy.jpg>photos/daisy.jpg", "images/rose.jpg>photos/rose.jpg");

        var results = Techniques.ToDictionary(technique => technique, technique => Make(model, technique, dataset));

        Assert.All(results, entry => Assert.True(IsAnswer(entry.Key, entry.Value), $"{entry.Key}: {entry.Value}"));
        Assert.True(Assert.IsType<EvaluationResult.Evaluated>(results["graph.clean"]).Record.Fidelity.SqnrDb > 100);
        Assert.True(Assert.IsType<EvaluationResult.Evaluated>(results["convert.fp16"]).Record.Fidelity.SqnrDb > 40);
    }

    /// <summary>A comparison, or a refusal that names the pass and what the model lacks.</summary>
    private static bool IsAnswer(string technique, EvaluationResult result) => result switch
    {
        EvaluationResult.Evaluated evaluated => double.IsFinite(evaluated.Record.Fidelity.Cosine),
        EvaluationResult.Failed { Failure: { Kind: FailureKind.User, Code: "pass.not-applicable" } failure } =>
            failure.Message.Contains(" does not apply", StringComparison.Ordinal)
                && technique.Contains(failure.Message.Split(' ')[0], StringComparison.Ordinal),
        _ => false,
    };

    private EvaluationResult Make(string name, string technique, Dataset dataset)
    {
        var original = TestData.Path("models/" + name);
        using var model = Assert.IsType<OnnxRead.Success>(OnnxFile.Open(original)).Model;
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(technique)).Recipe;
        var samples = Assert.IsType<SampleRead.Fits>(dataset.Samples(Measurement.Datasets.Dataset.Calibration, ModelSignature.Of(model)));
        switch (Compressor.Compress(model, recipe, () => samples.Samples.Select(sample => sample.Feeds)))
        {
            case CompressionResult.Compressed compressed:
                var variant = Path.Combine(_folder, "variant.onnx");
                using (compressed.Model) OnnxFile.Save(compressed.Model, variant);
                return Evaluator.Run(EvaluationRequest.Of(variant, original, dataset, RuntimeConfig.Default, 0, "x64/avx2"));
            case CompressionResult.Refused refused:
                return new EvaluationResult.Failed(refused.Failure);
            default:
                throw new InvalidOperationException("A model is compressed or refused.");
        }
    }

    private Dataset Dataset(string description, params string[] files)
    {
        foreach (var file in files)
        {
            var target = Path.Combine(_folder, file.Contains('>') ? file[(file.IndexOf('>') + 1)..] : Path.GetFileName(file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(TestData.Path(file.Split('>')[0]), target);
        }

        File.WriteAllText(Path.Combine(_folder, "dataset.yaml"), description);
        var opening = DatasetFolder.Open(_folder);
        return opening is DatasetOpening.Refused refused ? throw new InvalidOperationException(refused.Reason)
            : ((DatasetOpening.Opened)opening).Dataset;
    }
}
