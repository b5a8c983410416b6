using System.Data;
using BenchFleet.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage;

/// <summary>Reads: single queries as they are, several that must agree with each other from one snapshot.</summary>
internal sealed class Reader(IDbContextFactory<FleetContext> contexts)
{
    public async Task<T> Query<T>(Func<FleetContext, Task<T>> read, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        return await read(context);
    }

    public async Task<T> Snapshot<T>(Func<FleetContext, Task<T>> read, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        if (context.Database.IsSqlite())
        {
            // A deferred transaction takes no write lock; in WAL mode it reads from the moment of its first query.
            await context.Database.OpenConnectionAsync(cancel);
            await using var deferred = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
            await using var _ = await context.Database.UseTransactionAsync(deferred, cancel);
            return await read(context);
        }

        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return await read(context);
    }
}
