using System.Collections.Immutable;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Work;

/// <summary>A work item that is leased or waits.</summary>
public sealed record QueuedWork(
    Guid Id, string Project, WorkKind Kind, string Label, WorkState State, int Attempt, DateTimeOffset QueuedAt, DateTimeOffset? NotBefore,
    Guid? Device, string? IsaClass, string? Provider, string? RuntimeVersion, Guid? LeasedTo, DateTimeOffset? LeaseUntil, string? Doing);

/// <summary>The queue as people look at it.</summary>
public sealed class QueueQuery
{
    private readonly Reader _reader;

    internal QueueQuery(Reader reader) => _reader = reader;

    /// <summary>Everything leased, then the first <paramref name="count"/> items that wait, oldest sweep first.</summary>
    public Task<ImmutableArray<QueuedWork>> Open(int count, CancellationToken cancel) => _reader.Snapshot(
        async context =>
        {
            var leased = await context.Work.Where(row => row.State == WorkState.Leased).OrderBy(row => row.LeaseUntil).ToListAsync(cancel);
            var pending = await context.Work.Where(row => row.State == WorkState.Pending)
                .OrderBy(row => row.QueuedAt).ThenBy(row => row.Rank).ThenBy(row => row.Id).Take(count).ToListAsync(cancel);
            return leased.Concat(pending).Select(Of).ToImmutableArray();
        },
        cancel);

    private static QueuedWork Of(WorkRow row) => new(
        row.Id, row.Project, row.Kind, row.Label, row.State, row.Attempt, row.QueuedAt, row.NotBefore, row.DeviceId, row.IsaClass, row.Provider,
        row.RuntimeVersion, row.LeasedDeviceId, row.LeaseUntil, row.Doing);
}
