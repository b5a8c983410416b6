using BenchFleet.Core.Failures;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>What came of opening a model under a runtime configuration.</summary>
public abstract record SessionOutcome
{
    private SessionOutcome() { }

    /// <summary>The caller disposes the session.</summary>
    public sealed record Opened(InferenceSession Session) : SessionOutcome;

    public sealed record Refused(Failure Failure) : SessionOutcome;
}
