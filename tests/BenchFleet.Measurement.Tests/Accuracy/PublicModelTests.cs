using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Tests.Datasets;
using BenchFleet.TestSupport;

namespace BenchFleet.Measurement.Tests.Accuracy;

public sealed class PublicModelTests : IDisposable
{
    private readonly DatasetFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Figures of the data folder's SOURCES.md, taken with other engines.</summary>
    [DataTheory]
    [InlineData("mnist-cnn-cntk-opset8.onnx", 0.9830)]
    [InlineData("mnist-self-attention-medium.onnx", 0.9606)]
    [InlineData("mnist-mlp-2x10.onnx", 0.9028)]
    [InlineData("mnist-cnn-maxpool-nhwc.onnx", 0.9728)]
    public void When_a_public_digit_model_is_evaluated_its_documented_accuracy_is_found(string model, double documented)
    {
        const string Images = "t10k-first5000-images-idx3-ubyte.gz";
        const string Labels = "t10k-first5000-labels-idx1-ubyte.gz";
        Copy("mnist/" + Images);
        Copy("mnist/" + Labels);
        Copy("mnist/mnist-train-sample-500.csv");
        _folder.Describe($$"""
            name: mnist
            task: classification
            splits:
              calibration: { format: csv, file: mnist-train-sample-500.csv, label: 0, shape: [28, 28], preprocessing: { scale: 1 } }
              evaluation: { format: idx, images: {{Images}}, labels: {{Labels}} }
            preprocessing: { scale: 0.00392156862745098 }
            labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
            """);

        var accuracy = Evaluate("models/" + model).Accuracy!;

        Assert.Equal(5000, accuracy.SampleCount);
        Assert.Equal(documented, accuracy.Top1Correct / 5000.0, 0.002);
    }

    [DataFact]
    public void When_silero_is_evaluated_on_speech_windows_carry_context_and_the_state_is_fixed()
    {
        Copy("audio/silero-en_num.wav");
        _folder.Describe("""
            name: speech
            splits:
              evaluation: { format: wav, files: silero-en_num.wav, window: 576, stride: 512, rate: 16000, first: 50 }
            inputs: { state: "zeros[2,1,128]", sr: 16000 }
            """);

        var fidelity = Evaluate("models/silero-vad-16k-opset15.onnx").Fidelity;

        Assert.Equal((50, (int?)null), (fidelity.SampleCount, fidelity.Agreements));
    }

    [DataFact]
    public void When_the_quantized_shufflenet_is_fed_its_own_test_data_it_runs()
    {
        Copy("models/shufflenet-v2-12-int8.test_data_set_0/input_0.pb", "test_data_set_0/input_0.pb");
        _folder.Describe("name: pair\nsplits: { evaluation: { format: testdata, folder: . } }");

        Assert.Equal(1, Evaluate("models/shufflenet-v2-12-int8.onnx").Fidelity.Agreements);
    }

    /// <summary>The 129 reference examples whose label the model itself gave.</summary>
    [DataFact]
    public void When_magika_is_fed_the_tokens_of_its_examples_every_reference_label_is_found()
    {
        var (tokens, labels) = MagikaExamples.Read(out var names);
        _folder.Put("examples.npz",
            NpyBytes.Zip(("bytes", NpyBytes.Of("<i4", $"{labels.Length}, {MagikaExamples.Length}", tokens)),
            ("label", NpyBytes.Of("<i8", $"{labels.Length},", labels))));
        _folder.Describe($$"""
            name: magika
            task: classification
            splits: { evaluation: { format: npz, file: examples.npz, labels: label } }
            labels: [{{string.Join(", ", names.Select(name => $"\"{name}\""))}}]
            """);

        var accuracy = Evaluate("models/magika-standard-v3_3.onnx").Accuracy!;

        Assert.Equal((129, 129), (accuracy.SampleCount, accuracy.Top1Correct));
        Assert.Equal(129, accuracy.Top5Correct);
    }

    [DataTheory]
    [InlineData("ultraface-RFB-320.onnx", "{ resize: [240, 320], scale: 0.0078125, offset: -0.9921875 }")]
    [InlineData("super-resolution-10.onnx", "{ resize: 224, crop: 224, color: luma, scale: 0.00392156862745098 }")]
    public void When_photographs_are_prepared_as_a_model_wants_them_its_outputs_are_compared(string model, string preprocessing)
    {
        Copy("images/daisy.jpg", "photos/daisy.jpg");
        Copy("images/rose.jpg", "photos/rose.jpg");
        _folder.Describe($"name: photos\nsplits: {{ evaluation: {{ format: images, folder: photos }} }}\npreprocessing: {preprocessing}");

        var fidelity = Evaluate("models/" + model).Fidelity;

        Assert.Equal((2, double.PositiveInfinity, (int?)null), (fidelity.SampleCount, fidelity.SqnrDb, fidelity.Agreements));
    }

    private EvaluationRecord Evaluate(string model)
    {
        var path = TestData.Path(model);
        var result = Evaluator.Run(EvaluationRequest.Of(path, path, _folder.Open(), RuntimeConfig.Default, 0, "x64/avx2"));
        return result is EvaluationResult.Failed failed ? throw new InvalidOperationException(failed.Failure.Message)
            : Assert.IsType<EvaluationResult.Evaluated>(result).Record;
    }

    private void Copy(string file, string? name = null) =>
        _folder.Put(name ?? Path.GetFileName(file), File.ReadAllBytes(TestData.Path(file)));
}
