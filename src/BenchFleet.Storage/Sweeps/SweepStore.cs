using System.Collections.Immutable;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Storage.Sweeps;

public sealed class SweepStore
{
    public Task<SubmitResult> Submit(Guid id, SweepSpec spec, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<StoredSweep?> Get(Guid id, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Newest first; <paramref name="state"/> null lists all.</summary>
    public Task<ImmutableArray<StoredSweep>> List(SweepState? state, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Of the running sweeps, oldest first: what a coordinator takes up again after a restart.</summary>
    public Task<ImmutableArray<Guid>> ListRunning(CancellationToken cancel) => throw new NotSupportedException();

    public Task<SweepSnapshot?> Load(Guid id, CancellationToken cancel) => throw new NotSupportedException();

    public Task<ApplyResult> Apply(Guid id, SweepChanges changes, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Ends the sweep, its open trials, and the work that no other running sweep needs.</summary>
    public Task<CancelResult> Cancel(Guid id, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();
}
