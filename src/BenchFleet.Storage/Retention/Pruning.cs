namespace BenchFleet.Storage.Retention;

/// <summary>Carries out a policy, once. Several nodes may do so at the same time: what one has deleted the other does not find.</summary>
public sealed class Pruning(RetentionStore rows, ArtifactCollector artefacts, TimeProvider clock)
{
    public async Task<PruneReport> Run(RetentionPolicy policy, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Rows first: what they referred to is free then, and goes when its own time is over.
        var sweeps = policy.Sweeps is { } kept ? await rows.DeleteSweeps(now - kept, cancel) : 0;
        var variants = policy.Sweeps is { } age ? await rows.DeleteVariants(now - age, cancel) : 0;
        var samples = policy.RawSamples is { } raw ? await rows.DropSamples(now - raw, now, cancel) : 0;
        var audit = policy.Audit is { } noted ? await rows.DeleteAudit(now - noted, cancel) : 0;
        var collected = policy.Artifacts is { } unused ? await artefacts.Run(now - unused, cancel) : new Collected(0, 0, 0);
        return new PruneReport(sweeps, variants, samples, audit, collected.Artifacts, collected.Bytes, collected.Uploads);
    }
}
