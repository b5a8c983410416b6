using System.Collections.Immutable;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Access;

/// <summary>API keys. Revoked and expired ones stay: the audit log names them.</summary>
public sealed class KeyStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal KeyStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    /// <summary>False when there is no such project.</summary>
    public Task<bool> Add(ApiKey key, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            if (!await context.Projects.AnyAsync(row => row.Name == key.Project, cancel)) return false;
            context.Add(new ApiKeyRow
            {
                Id = key.Id,
                Project = key.Project,
                Role = key.Role,
                Name = key.Name,
                SecretHash = key.SecretHash,
                CreatedAt = key.CreatedAt,
                ExpiresAt = key.ExpiresAt,
            });
            await context.SaveChangesAsync(cancel);
            return true;
        },
        cancel);

    public Task<ApiKey?> Find(Guid id, CancellationToken cancel) => _reader.Query(
        async context => await context.ApiKeys.SingleOrDefaultAsync(row => row.Id == id, cancel) is { } row ? KeyOf(row) : null, cancel);

    /// <summary>Newest first.</summary>
    public Task<ImmutableArray<ApiKey>> List(CancellationToken cancel) => _reader.Query(
        async context => (await context.ApiKeys.OrderByDescending(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancel))
            .Select(KeyOf).ToImmutableArray(),
        cancel);

    /// <summary>False when there is no such key; revoking twice keeps the first time.</summary>
    public Task<bool> Revoke(Guid id, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            await context.ApiKeys.Where(row => row.Id == id && row.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancel);
            return await context.ApiKeys.AnyAsync(row => row.Id == id, cancel);
        },
        cancel);

    public Task Touch(Guid id, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        context => context.ApiKeys.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), cancel), cancel);

    private static ApiKey KeyOf(ApiKeyRow row) =>
        new(row.Id, row.Project, row.Role, row.Name, row.SecretHash, row.CreatedAt, row.ExpiresAt, row.RevokedAt, row.LastUsedAt);
}
