using BenchFleet.Measurement.Stages;

namespace BenchFleet.Measurement.Tests.Given;

/// <summary>An inference that takes the given times on a manual clock, again from the first when they are used up.</summary>
public sealed class TimedFake(ManualClock clock, params long[] timesNs) : IInference
{
    public List<int> Calls { get; } = [];

    public int Samples { get; init; } = 1;

    public void Run(int sample)
    {
        clock.NowNs += timesNs[Calls.Count % timesNs.Length];
        Calls.Add(sample);
    }
}
