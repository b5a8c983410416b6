namespace BenchFleet.Core.Devices;

/// <summary>Both mean: finish what runs, get nothing new. They differ in why, which people want to see.</summary>
public enum HoldKind
{
    /// <summary>For maintenance.</summary>
    Drained,

    /// <summary>Its results are not trusted.</summary>
    Quarantined,
}
