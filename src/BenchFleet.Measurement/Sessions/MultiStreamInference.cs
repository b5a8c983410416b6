using BenchFleet.Measurement.Stages;

namespace BenchFleet.Measurement.Sessions;

/// <summary>A MultiStream query: eight contiguous samples, over when the slowest is.</summary>
public sealed class MultiStreamInference(IInference single) : IInference
{
    public const int SamplesPerQuery = 8;

    public int Samples => single.Samples;

    public void Run(int sample)
    {
        for (var i = 0; i < SamplesPerQuery; i++) single.Run((sample + i) % single.Samples);
    }
}
