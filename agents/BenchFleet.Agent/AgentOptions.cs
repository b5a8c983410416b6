using BenchFleet.Measurement.Launching;

namespace BenchFleet.Agent;

/// <summary>Settings of an agent.</summary>
public sealed record AgentOptions
{
    /// <summary>Unique in the fleet and kept over restarts: the server knows the agent and its devices by it.</summary>
    public required string Name { get; init; }

    /// <summary>Its cache, its scratch space and the outcomes that were not delivered yet. One agent at a time works in it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Bundles kept on disk, bytes; the longest unused go first. Default 20 GiB. What one order needs is fetched in any case.
    /// </summary>
    public long CacheBytes { get; init; } = 20L << 30;

    /// <summary>How long a request for work may wait at the server, seconds, 0 to 25. Default 20.</summary>
    public double LeaseWaitSeconds { get; init; } = 20;

    /// <summary>One-time token that lets it in where it has no credential yet. Default: none.</summary>
    public string? EnrolmentToken { get; init; }

    /// <summary>A credential older than this is renewed when the agent registers. Default 30 days.</summary>
    public TimeSpan CredentialAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How runners are started.</summary>
    public RunnerOptions Runner { get; init; } = RunnerOptions.Default;

    /// <summary>This machine's agent, with its files in the subfolder agent.</summary>
    public static AgentOptions Local(string dataFolder) =>
        new() { Name = Environment.MachineName, DataFolder = Path.Combine(dataFolder, "agent") };
}

/// <summary>Why an agent ended.</summary>
public abstract record AgentEnd
{
    private AgentEnd() { }

    /// <summary>It was told to.</summary>
    public sealed record Stopped : AgentEnd;

    /// <summary>It cannot work here or for this server. One sentence.</summary>
    public sealed record Refused(string Reason) : AgentEnd;
}
