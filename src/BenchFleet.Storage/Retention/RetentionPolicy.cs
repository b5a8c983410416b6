namespace BenchFleet.Storage.Retention;

/// <summary>How long things are kept. Null: for ever, which is the default of all of them.</summary>
/// <param name="Sweeps">Ended sweeps with their trials and measurements, and variants that no sweep has any more; since their end.</param>
/// <param name="RawSamples">The single times of ended sweeps, and outcomes that came too late; figures are kept.</param>
/// <param name="Audit">Entries of the audit log.</param>
/// <param name="Artifacts">
/// Contents that nothing refers to, since they were last stored or asked for, and uploads that nobody went on with. At least an hour: so
/// long may pass between an upload and what refers to it.
/// </param>
public sealed record RetentionPolicy(TimeSpan? Sweeps = null, TimeSpan? RawSamples = null, TimeSpan? Audit = null, TimeSpan? Artifacts = null)
{
    public static RetentionPolicy KeepAll { get; } = new();

    /// <summary>How often the policy is carried out. Default: every hour.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Why it makes no sense, or null.</summary>
    public string? Refuse() =>
        new[] { Sweeps, RawSamples, Audit, Artifacts }.Any(time => time < TimeSpan.Zero) ? "A time to keep something is negative."
        : Artifacts < TimeSpan.FromHours(1) ? $"Artefacts are kept for {Artifacts}: at least an hour is needed, for uploads that nothing refers to yet."
        : null;
}

/// <summary>What was deleted.</summary>
/// <param name="SamplesOf">Sweeps whose single times were.</param>
public sealed record PruneReport(int Sweeps, int Variants, int SamplesOf, int AuditEntries, int Artifacts, long ArtifactBytes, int Uploads)
{
    public bool IsNothing => this == new PruneReport(0, 0, 0, 0, 0, 0, 0);
}
