namespace BenchFleet.Measurement.Devices;

public enum DoctorStatus
{
    Ok,

    /// <summary>Works, but results suffer or less can be said.</summary>
    Warn,

    /// <summary>Not possible here.</summary>
    Missing,
}

/// <param name="Finding">What was found, one sentence.</param>
/// <param name="Advice">Why not, or how to get it; null when all is well.</param>
public sealed record DoctorCheck(string Name, DoctorStatus Status, string Finding, string? Advice = null);
