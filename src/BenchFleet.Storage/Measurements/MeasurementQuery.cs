using System.Collections.Immutable;

namespace BenchFleet.Storage.Measurements;

public sealed class MeasurementQuery
{
    /// <summary>Every board of a sweep; empty when there is no such sweep.</summary>
    public Task<ImmutableArray<BoardData>> BoardData(Guid sweep, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Every launch of a trial with its raw times, late ones included; empty when there is no such trial.</summary>
    public Task<ImmutableArray<StoredLaunch>> Launches(Guid trial, CancellationToken cancel) => throw new NotSupportedException();
}
