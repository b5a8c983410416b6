using BenchFleet.Scheduling.Engine;
using Orleans.Placement;

namespace BenchFleet.Cluster.Grains;

/// <summary>Which node plans a sweep; the key is the sweep's id. Answers at once: the plan is made in the node.</summary>
[Alias("sweep")]
internal interface ISweepGrain : IGrainWithGuidKey
{
    /// <summary>Something of the sweep has changed.</summary>
    [Alias("plan")]
    Task Plan();

    /// <summary>Every node says so of every running sweep now and then; one of them is heard.</summary>
    [Alias("remind")]
    Task Remind();
}

[HashBasedPlacement]
internal sealed class SweepGrain(EngineLoop loop, EngineOptions options, TimeProvider clock) : Grain, ISweepGrain
{
    private long? _reminded;

    public Task Plan()
    {
        loop.Plan(this.GetPrimaryKey());
        return Task.CompletedTask;
    }

    public Task Remind()
    {
        // Nodes remind at the same pace but not at the same moment.
        if (_reminded is { } last && clock.GetElapsedTime(last) < options.Replan * 0.9) return Task.CompletedTask;
        _reminded = clock.GetTimestamp();
        return Plan();
    }
}
