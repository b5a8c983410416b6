namespace BenchFleet.Measurement.Stages;

/// <summary>What is timed: one call is one query. The runtime's sessions, bound and unbound, and the fakes of tests.</summary>
public interface IInference
{
    /// <summary>Distinct samples that calls cycle through, at least 1.</summary>
    int Samples { get; }

    /// <param name="sample">Zero-based number of the sample, below <see cref="Samples"/>.</param>
    void Run(int sample);
}
