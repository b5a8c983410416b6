using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Measurement.Tests.Datasets;

namespace BenchFleet.Measurement.Tests.Accuracy;

public sealed class EvaluatorTests : IDisposable
{
    private readonly DatasetFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void When_scores_tie_the_lower_index_wins()
    {
        Rows("classification", "0,5,5,1", "1,5,5,1", "2,0,1,2");

        var accuracy = Evaluate(TinyModels.Scale(_folder.Folder, "a.onnx", 1)).Accuracy!;

        Assert.Equal(2, accuracy.Top1Correct);
        Assert.Equal([0b101], accuracy.Top1);
        Assert.Null(accuracy.Top5);
    }

    [Fact]
    public void When_there_are_six_classes_the_top_five_are_counted()
    {
        Rows("classification", "5,6,5,4,3,2,1", "4,6,5,4,3,2,1");

        var accuracy = Evaluate(TinyModels.Scale(_folder.Folder, "a.onnx", 1, classes: 6)).Accuracy!;

        Assert.Equal((0, 1), (accuracy.Top1Correct, accuracy.Top5Correct));
    }

    [Fact]
    public void When_batches_run_at_once_the_answers_stay_in_the_order_of_the_samples()
    {
        var right = Enumerable.Range(0, 1000).Select(sample => sample * sample % 7 < 3).ToArray();
        Rows("classification", [.. right.Select(isRight => isRight ? "0,2,1,0" : "1,2,1,0")]);

        var accuracy = Evaluate(TinyModels.Scale(_folder.Folder, "a.onnx", 1)).Accuracy!;

        Assert.Equal(right, right.Select((_, sample) => (accuracy.Top1[sample / 8] >> (sample % 8) & 1) == 1));
    }

    [Fact]
    public void When_the_variant_is_the_original_fidelity_is_perfect()
    {
        Rows("none", "1,2,3", "3,2,1");

        var fidelity = Evaluate(TinyModels.Scale(_folder.Folder, "a.onnx", 1)).Fidelity;

        Assert.Equal((2, double.PositiveInfinity, 2, 0.0),
            (fidelity.SampleCount, fidelity.SqnrDb, fidelity.Agreements, fidelity.MaxAbsError));
    }

    [Fact]
    public void When_the_variant_is_ten_percent_off_the_ratio_is_twenty_decibels()
    {
        Rows("none", "1,2,3", "3,2,1");
        var original = TinyModels.Scale(_folder.Folder, "a.onnx", 1);

        var fidelity = Evaluate(TinyModels.Scale(_folder.Folder, "b.onnx", 1.1f), original).Fidelity;

        Assert.Equal(20, fidelity.SqnrDb, 3);
        Assert.Equal(1, fidelity.Cosine, 6);
        Assert.Equal(0.3, fidelity.MaxAbsError, 5);
    }

    [Fact]
    public void When_only_the_variant_gives_infinity_no_gate_can_let_it_through()
    {
        Rows("none", "1,1,1", "0,2,1");
        var original = TinyModels.Scale(_folder.Folder, "a.onnx", 1);

        var fidelity = Evaluate(TinyModels.Reciprocal(_folder.Folder, "b.onnx"), original).Fidelity;

        Assert.Equal(double.NegativeInfinity, fidelity.SqnrDb);
    }

    [Fact]
    public void When_activations_are_quantized_as_the_model_runs_samples_do_not_share_a_range()
    {
        Rows("classification", "2,0.01,0.02,0.03", "2,100,200,300");
        var original = TinyModels.Scale(_folder.Folder, "a.onnx", 1);

        var accuracy = Evaluate(TinyModels.DynamicRange(_folder.Folder, "b.onnx"), original).Accuracy!;

        Assert.Equal(2, accuracy.Top1Correct);
    }

    [Fact]
    public void When_a_batch_does_not_run_samples_go_one_by_one()
    {
        Rows("classification", "0,3,2,1", "2,1,2,3", "1,0,2,1");

        Assert.Equal(3, Evaluate(TinyModels.OneRowInside(_folder.Folder, "a.onnx")).Accuracy!.Top1Correct);
    }

    [Fact]
    public void When_the_dataset_does_not_fit_the_failure_has_shapes_and_names()
    {
        Rows("classification", "0,1,2", "1,2,1");

        var failed = Assert.IsType<EvaluationResult.Failed>(Run(TinyModels.Scale(_folder.Folder, "a.onnx", 1)));

        Assert.Equal("dataset.misfit", failed.Failure.Code);
        Assert.Contains("values of shape [2], and the model takes 'x' float[n,3]", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_a_label_is_beyond_the_scores_the_sample_is_named()
    {
        Rows("classification", "0,1,2,3", "9,1,2,3");

        var failed = Assert.IsType<EvaluationResult.Failed>(Run(TinyModels.Scale(_folder.Folder, "a.onnx", 1)));

        Assert.Contains("Sample 1 has label 9, and the model scores 3 classes", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_there_is_no_dataset_inputs_are_generated_and_accuracy_is_absent()
    {
        var path = TinyModels.Scale(_folder.Folder, "a.onnx", 1);

        var record = Assert.IsType<EvaluationResult.Evaluated>(
            Evaluator.Run(EvaluationRequest.Of(path, path, null, RuntimeConfig.Default, 0, "x64/avx2"))).Record;

        Assert.Null(record.Accuracy);
        Assert.Equal(GeneratedSamples.Usual, record.Fidelity.SampleCount);
    }

    [Fact]
    public void When_the_model_is_no_model_the_failure_is_the_users()
    {
        Rows("none", "1,2,3");
        _folder.Put("broken.onnx", "not a model");

        Assert.Equal("model.unreadable",
            Assert.IsType<EvaluationResult.Failed>(Run(Path.Combine(_folder.Folder, "broken.onnx"))).Failure.Code);
    }

    private EvaluationRecord Evaluate(string variant, string? original = null) =>
        Run(variant, original) is EvaluationResult.Failed { Failure: var failure } ? throw new InvalidOperationException(failure.Message)
        : Assert.IsType<EvaluationResult.Evaluated>(Run(variant, original)).Record;

    private EvaluationResult Run(string variant, string? original = null) =>
        Evaluator.Run(EvaluationRequest.Of(variant, original ?? variant, _folder.Open(), RuntimeConfig.Default, 0, "x64/avx2"));

    private void Rows(string task, params string[] rows) => _folder
        .Put("rows.csv", string.Join('\n', rows))
        .Describe($"name: rows\ntask: {task}\nsplits: {{ evaluation: {{ format: csv, file: rows.csv{(task == "none" ? "" : ", label: 0")} }} }}");
}
