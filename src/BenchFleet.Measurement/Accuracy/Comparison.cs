using System.Runtime.ExceptionServices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Measurement.Datasets;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>
/// The loop of an evaluation: batches through both models, several at once where processors are free, rows into the counters in the order of
/// the samples. Memory does not grow with their number.
/// </summary>
internal sealed class Comparison(EvaluationRequest request, IModelRun variant, IModelRun reference, Action<int, int>? progress)
{
    /// <summary>Each batch that runs has activations of its own, in both models.</summary>
    private const int MostAtOnce = 4;

    public EvaluationResult Run(SampleRead.Fits samples, int batch, CancellationToken cancel)
    {
        // A model may declare an open batch axis and then fix it inside (a Reshape to one row): only the attempt shows.
        if (batch > 1 && !Stacks(samples)) batch = 1;

        FidelityGauge? fidelity = null;
        var accuracy = new AccuracyCounter();
        var (done, scoresAt) = (0, (int?)null);
        foreach (var (group, ours, original) in Answers(Groups(samples.Samples, batch), cancel))
        {
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

    /// <summary>What both models answer, group by group. While some run the next ones are read: pictures take as long to decode as to run.</summary>
    private IEnumerable<Answered> Answers(IEnumerable<IReadOnlyList<Sample>> groups, CancellationToken cancel)
    {
        var lanes = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        using var parts = groups.Chunk(2 * AtOnce).GetEnumerator();
        for (var more = parts.MoveNext(); more;)
        {
            cancel.ThrowIfCancellationRequested();
            var part = parts.Current;
            var answers = new Answered[part.Length];
            try
            {
                Parallel.For(-1, part.Length, lanes, i =>
                {
                    if (i < 0) more = parts.MoveNext();
                    else answers[i] = Answer(part[i]);
                });
            }
            catch (AggregateException faults)
            {
                ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
            }

            foreach (var answer in answers) yield return answer;
        }
    }

    /// <summary>Only on processors: another device may have one queue for all.</summary>
    private int AtOnce => request.Runtime.Provider == "cpu"
        ? Math.Clamp(Environment.ProcessorCount / (request.Runtime.IntraOpThreads * request.Runtime.InterOpThreads), 1, MostAtOnce)
        : 1;

    private Answered Answer(IReadOnlyList<Sample> group)
    {
        var feeds = Batch.Stack(group);
        var ours = new OutputRows(variant.Run(feeds), group.Count);
        return new(group, ours, variant == reference ? ours : new OutputRows(reference.Run(feeds), group.Count));
    }

    private bool Stacks(SampleRead.Fits samples)
    {
        var group = Groups(samples.Samples, 2).First();
        try
        {
            return Answer(group) is { Ours.IsPerSample: true, Original.IsPerSample: true };
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

    private sealed record Answered(IReadOnlyList<Sample> Group, OutputRows Ours, OutputRows Original);
}
