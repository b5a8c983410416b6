using BenchFleet.Core.Devices;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Accuracy;

namespace BenchFleet.Agent.Execution;

/// <summary>Accuracy and fidelity of a variant on this device.</summary>
internal sealed class Evaluate(Sources sources, ReferenceMemory memory, DeviceFacts facts)
{
    public async Task<WorkOutcome> Run(EvaluateOrder order, RunningWork work)
    {
        work.Tell("fetches the variant", 0);
        var (variant, failed) = await sources.Model(order.Bundle, work.Cancel);
        if (variant is null) return failed!;
        (var model, failed) = await sources.Model(order.Model, work.Cancel);
        if (model is null) return failed!;
        (var dataset, failed) = await sources.Dataset(order.Dataset, work.Cancel);
        if (failed is not null) return failed;

        var request = EvaluationRequest.Of(variant, model, dataset, order.Runtime, order.SampleCount, facts.IsaClass) with { Memory = memory };
        void Tell(int done, int count) => work.Tell($"evaluates: {done} of {count} samples", (double)done / count);
        var result = await Task.Run(() => Evaluator.Run(request, Tell, work.Cancel), work.Cancel);
        return result switch
        {
            EvaluationResult.Evaluated evaluated => new Evaluated(evaluated.Record),
            EvaluationResult.Failed refused => new WorkFailed(refused.Failure),
            _ => throw new InvalidOperationException("An evaluation succeeds or fails."),
        };
    }
}
