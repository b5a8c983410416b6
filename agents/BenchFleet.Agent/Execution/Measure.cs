using System.Collections.Immutable;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Blocks;
using BenchFleet.Measurement.Launching;

namespace BenchFleet.Agent.Execution;

/// <summary>
/// Runs a block. Everything it needs is fetched and packed before the first launch, so that nothing else happens while it measures.
/// </summary>
internal sealed class Measure(Sources sources, RunnerOptions runner)
{
    public async Task<WorkOutcome> Run(MeasureOrder order, RunningWork work, string scratch)
    {
        work.Tell("fetches models and samples", 0);
        var (dataset, failed) = await sources.Dataset(order.Dataset, work.Cancel);
        if (failed is not null) return failed;

        var inputs = new LaunchInputs(dataset, order.Seed, scratch);
        var files = new Dictionary<Guid, LaunchFiles>();
        foreach (var launch in order.Launches)
        {
            (var model, failed) = await sources.Model(launch.Bundle, work.Cancel);
            if (model is null) return failed!;
            (var packed, failed) = await Task.Run(() => inputs.For(model), work.Cancel);
            if (packed is null) return failed!;
            files[launch.Trial] = new LaunchFiles(model, packed, $"{launch.Bundle.Short} {launch.Runtime.Label}");
        }

        var progress = new BlockReport(order.Round, work);
        ImmutableArray<Core.Measurements.LaunchRecord> launches = await BlockRunner.OnThisMachine(runner)
            .Run(order, launch => files[launch.Trial], progress, work.Cancel);
        return new Measured(launches);
    }

    // Not Progress<T>: that would post to a thread pool that ought to sleep while a launch runs.
    private sealed class BlockReport(int round, RunningWork work) : IProgress<BlockProgress>
    {
        public void Report(BlockProgress value) =>
            work.Tell($"block {round}: launch {value.Launch} of {value.Launches}, {value.Label}, {value.Phase}",
                (value.Launch - (value.Phase == "done" ? 0 : 1)) / (double)value.Launches);
    }
}
