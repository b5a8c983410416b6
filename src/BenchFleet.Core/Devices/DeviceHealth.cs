namespace BenchFleet.Core.Devices;

/// <summary>Whether a device may measure: a circuit breaker over what it fails.</summary>
public enum DeviceHealth
{
    /// <summary>In: registration, a success while suspect, enough clean canaries. Out: a device failure.</summary>
    Healthy,

    /// <summary>In: a device failure. Out: a success, or more failures of other work. Still gets work.</summary>
    Suspect,

    /// <summary>In: too many failures in a row, or an operator. Out: after a pause to probation, or an operator. Gets no work.</summary>
    Quarantined,

    /// <summary>In: a quarantine that is over. Out: enough clean canaries, or the first failure. Gets one work item at a time, no retries.</summary>
    Probation,
}
