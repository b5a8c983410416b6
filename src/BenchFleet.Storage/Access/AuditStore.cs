using System.Collections.Immutable;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Access;

/// <summary>Who wrote what, when, from where. Only added to.</summary>
public sealed class AuditStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal AuditStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task Add(AuditEntry entry, CancellationToken cancel) => _writer.Run(
        context =>
        {
            context.Add(new AuditRow
            {
                Id = Guid.CreateVersion7(entry.At),
                At = entry.At,
                Caller = entry.Caller,
                Project = entry.Project,
                Action = entry.Action,
                Target = entry.Target,
                Status = entry.Status,
                Address = entry.Address,
            });
            return context.SaveChangesAsync(cancel);
        },
        cancel);

    /// <summary>The newest entries, newest first.</summary>
    public Task<ImmutableArray<AuditEntry>> Newest(int count, CancellationToken cancel) => _reader.Query(
        async context => (await context.AuditLog.OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(count).ToListAsync(cancel))
            .Select(row => new AuditEntry(row.At, row.Caller, row.Project, row.Action, row.Target, row.Status, row.Address)).ToImmutableArray(),
        cancel);
}
