using BenchFleet.Agent.Cache;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Accuracy;

namespace BenchFleet.Agent.Execution;

/// <summary>Carries out orders, one at a time. Every outcome is a value; what still throws is caught by the agent's loop.</summary>
internal sealed class WorkExecutor
{
    private readonly BundleCache _cache;
    private readonly string _scratch;
    private readonly Prepare _prepare;
    private readonly Evaluate _evaluate;
    private readonly Measure _measure;

    public WorkExecutor(BundleCache cache, ArtifactTransfer transfer, DeviceFacts facts, AgentOptions options, TimeProvider clock)
    {
        (_cache, _scratch) = (cache, Path.Combine(options.DataFolder, "scratch"));
        var (sources, memory) = (new Sources(cache), new ReferenceMemory());
        _prepare = new Prepare(sources, cache, transfer, memory, facts, clock);
        _evaluate = new Evaluate(sources, memory, facts);
        _measure = new Measure(sources, options.Runner);
        // What a killed process left.
        if (Directory.Exists(_scratch)) Directory.Delete(_scratch, recursive: true);
    }

    public async Task<WorkOutcome> Run(RunningWork work)
    {
        _cache.Release();
        var scratch = Directory.CreateDirectory(Path.Combine(_scratch, $"{work.Lease.Work:N}-{work.Lease.Attempt}")).FullName;
        try
        {
            return work.Lease.Order switch
            {
                PrepareOrder prepare => await _prepare.Run(prepare, work, scratch),
                EvaluateOrder evaluate => await _evaluate.Run(evaluate, work),
                MeasureOrder measure => await _measure.Run(measure, work, scratch),
                var other => throw new InvalidOperationException($"Unknown order {other.Kind}."),
            };
        }
        finally
        {
            if (Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true);
        }
    }
}
