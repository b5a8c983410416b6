namespace BenchFleet.Core.Access;

/// <summary>What a key may do. Each role may do what the ones before it may.</summary>
public enum Role
{
    /// <summary>Reads its project: models, datasets, sweeps, results.</summary>
    Viewer,

    /// <summary>Adds models and datasets to its project, submits and cancels its sweeps.</summary>
    Submitter,

    /// <summary>Looks after the fleet that all projects share: drains, quarantines and readmits devices, sees queues and leases.</summary>
    Operator,

    /// <summary>Makes projects, keys and enrolment tokens; may act in every project.</summary>
    Admin,
}
