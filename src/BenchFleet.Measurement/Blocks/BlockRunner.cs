using System.Collections.Immutable;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Energy;
using BenchFleet.Measurement.Launching;

namespace BenchFleet.Measurement.Blocks;

/// <summary>How a launch is made: a runner process, or a fake in tests.</summary>
public delegate Task<LaunchResult> Launcher(LaunchSpec spec, CancellationToken cancel, Action<RunnerEvent>? progress);

/// <summary>
/// Runs a block: its launches in the order given, back to back, with idle power read before and after. A launch fails alone; cancelling
/// ends the block and the launch that runs.
/// </summary>
/// <param name="meter">Reads idle power; null where energy is only estimated.</param>
public sealed class BlockRunner(Launcher launch, IEnergyMeter? meter, BlockOptions options, TimeProvider clock)
{
    /// <summary>On this machine, with the runner beside the program.</summary>
    public static BlockRunner OnThisMachine(RunnerOptions? runner = null, BlockOptions? options = null) =>
        new(new RunnerProcess(runner ?? RunnerOptions.Default, TimeProvider.System).Launch, EnergyMeters.Measuring(TimeProvider.System),
            options ?? BlockOptions.Default, TimeProvider.System);

    /// <param name="resolve">Finds the files of a launch; called once for each, before it.</param>
    /// <returns>One record per launch, in the order of the work order.</returns>
    public async Task<ImmutableArray<LaunchRecord>> Run(
        MeasureOrder order, Func<LaunchOrder, LaunchFiles> resolve, IProgress<BlockProgress>? progress, CancellationToken cancel)
    {
        var idleBefore = await ReadIdle(cancel);
        var results = new List<LaunchResult>(order.Launches.Length);
        for (var i = 0; i < order.Launches.Length; i++)
        {
            await Task.Delay(options.Cooldown, clock, cancel);
            results.Add(await Launch(order, i, resolve(order.Launches[i]), progress, cancel));
        }
        var idle = IdlePower.Of(idleBefore, await ReadIdle(cancel));
        return [.. results.Select((result, i) => Record(order.Launches[i].Trial, i, result, idle))];
    }

    private async Task<LaunchResult> Launch(
        MeasureOrder order, int index, LaunchFiles files, IProgress<BlockProgress>? progress, CancellationToken cancel)
    {
        var item = order.Launches[index];
        void Tell(string phase) => progress?.Report(new BlockProgress(index + 1, order.Launches.Length, item.Trial, files.Label, phase));
        Tell("load");
        var spec = new LaunchSpec(files.ModelPath, files.InputsPath, item.Runtime, order.Scenario, order.Profile, order.Seed,
            options.Trace && order.Round == 1);
        var result = await launch(spec, cancel, said =>
        {
            if (said is RunnerPhase phase) Tell(phase.Name);
        });
        Tell(result is LaunchResult.Measured ? "done" : "failed");
        return result;
    }

    private async Task<EnergyWindow?> ReadIdle(CancellationToken cancel)
    {
        if (meter is null) return null;
        meter.Start();
        await Task.Delay(options.IdleWindow, clock, cancel);
        return meter.Stop();
    }

    private static LaunchRecord Record(Guid trial, int order, LaunchResult result, IdlePower? idle) => result switch
    {
        LaunchResult.Measured measured =>
            new LaunchRecord(trial, order, measured.Measurement with { Energy = EnergyAccount.Settle(measured, idle) }, null),
        LaunchResult.Failed failed => new LaunchRecord(trial, order, null, failed.Failure),
        _ => throw new InvalidOperationException($"Unknown result {result}."),
    };
}
