using System.Runtime.ExceptionServices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>
/// The loop of an evaluation: batches through both models, rows into the counters. Memory does not grow with the samples.
/// </summary>
internal sealed class Comparison(EvaluationRequest request, IModelRun variant, IModelRun reference, Action<int, int>? progress)
{
    public EvaluationResult Run(SampleRead.Fits samples, int batch, CancellationToken cancel)
    {
        // A model may declare an open batch axis and then fix it inside (a Reshape to one row): only the attempt shows.
        if (batch > 1 && !Stacks(samples, batch)) batch = 1;

        FidelityGauge? fidelity = null;
        var accuracy = new AccuracyCounter();
        var (done, scoresAt) = (0, (int?)null);
        foreach (var group in Groups(samples.Samples, batch))
        {
            cancel.ThrowIfCancellationRequested();
            var feeds = Batch.Stack(group);
            var (ours, original) = Both(feeds, group.Count);
            if (original.IsEmpty)
                return Evaluator.Fail("model.outputs", "The model has no numeric tensor among its outputs: there is nothing to compare.");
            fidelity ??= new FidelityGauge(original.IsClassScores);
            for (var row = 0; row < group.Count; row++)
            {
                var (theirs, mine) = (original.Flat(row), ours.Flat(row));
                if (theirs.Length != mine.Length)
                    return Evaluator.Fail(
                        "evaluation.incomparable",
                        $"The variant's outputs {ours} cannot be compared with the original's {original}: they differ in size.");
                fidelity.Add(theirs, mine);
                if (group[row].Label is not { } label) continue;
                scoresAt ??= ours.ScoresAt(request.ClassCount);
                if (scoresAt is not { } scores)
                    return Evaluator.Fail(
                        "dataset.misfit", $"The dataset has {request.ClassCount} classes, and no output of the model scores as many: {ours}.");
                if (label >= ours.Scores(scores, row).Length)
                    return Evaluator.Fail(
                        "dataset.misfit", $"Sample {group[row].Index} has label {label}, and the model scores {ours.Scores(scores, row).Length} classes.");
                accuracy.Add(ours.Scores(scores, row), label);
            }

            progress?.Invoke(done += group.Count, samples.Count);
        }

        var record = new EvaluationRecord(
            OrtEnv.Instance().GetVersionString(), request.IsaClass, request.Runtime.Provider, fidelity!.Result(), accuracy.Result());
        return new EvaluationResult.Evaluated(record);
    }

    /// <summary>Side by side where there are processors: neither session knows of the other.</summary>
    private (OutputRows Ours, OutputRows Original) Both(IReadOnlyDictionary<string, OnnxTensor> feeds, int count)
    {
        if (variant == reference)
        {
            var same = new OutputRows(variant.Run(feeds), count);
            return (same, same);
        }

        OutputRows? ours = null, original = null;
        try
        {
            Parallel.Invoke(() => ours = new(variant.Run(feeds), count), () => original = new(reference.Run(feeds), count));
        }
        catch (AggregateException both)
        {
            ExceptionDispatchInfo.Throw(both.InnerException!);
        }

        return (ours!, original!);
    }

    private bool Stacks(SampleRead.Fits samples, int batch)
    {
        var group = Groups(samples.Samples, batch).First();
        try
        {
            var feeds = Batch.Stack(group);
            var (ours, original) = Both(feeds, group.Count);
            return ours.IsPerSample && original.IsPerSample;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }

    private static IEnumerable<IReadOnlyList<Sample>> Groups(IEnumerable<Sample> samples, int size)
    {
        var group = new List<Sample>(size);
        foreach (var sample in samples)
        {
            if (group.Count > 0 && (group.Count == size || !Batch.SameShapes(group[0], sample)))
            {
                yield return group;
                group = new List<Sample>(size);
            }

            group.Add(sample);
        }

        if (group.Count > 0) yield return group;
    }
}
