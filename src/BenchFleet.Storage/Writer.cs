using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BenchFleet.Storage;

/// <summary>
/// Runs each write as one transaction. SQLite has one writer at a time by its nature: here they queue without blocking a thread, and
/// begin with the write lock (BEGIN IMMEDIATE), so that none fails half-way for want of it.
/// </summary>
internal sealed class Writer(IDbContextFactory<FleetContext> contexts, StorageOptions options) : IDisposable
{
    // Two writers of PostgreSQL may deadlock or insert the same natural key: then one of them runs again and sees what the other did.
    private const int MaxRuns = 8;

    private const string IdleInTransaction = "25P03";

    private readonly SemaphoreSlim? _one = options.Provider == DatabaseProvider.Sqlite ? new SemaphoreSlim(1, 1) : null;

    /// <param name="write">May run more than once. Rolls the transaction back itself to leave without a trace.</param>
    public async Task<T> Run<T>(Func<FleetContext, Task<T>> write, CancellationToken cancel)
    {
        for (var run = 1; ; run++)
        {
            var committing = false;
            try
            {
                return await RunOnce(write, () => committing = true, cancel);
            }
            catch (Exception fault) when (run < MaxRuns && (IsLostRace(fault) || (!committing && IsLostConnection(fault))))
            {
                // The next run decides on what the winner left behind; what a lost connection had begun, nobody has seen.
            }
        }
    }

    public void Dispose() => _one?.Dispose();

    private async Task<T> RunOnce<T>(Func<FleetContext, Task<T>> write, Action committing, CancellationToken cancel)
    {
        if (_one is not null) await _one.WaitAsync(cancel);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancel);
            await using var transaction = await context.Database.BeginTransactionAsync(cancel);
            var result = await write(context);
            committing();
            if (context.Database.CurrentTransaction is { } open) await open.CommitAsync(cancel);
            return result;
        }
        finally
        {
            _one?.Release();
        }
    }

    /// <summary>EF wraps what it takes for transient twice.</summary>
    private static bool IsLostRace(Exception? fault) => fault switch
    {
        null => false,
        PostgresException told => told.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation,
        _ => IsLostRace(fault.InnerException),
    };

    /// <summary>The server ended the session, for example because this process was held up for too long between two statements.</summary>
    private static bool IsLostConnection(Exception? fault) => fault switch
    {
        null => false,
        PostgresException told => told.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleInTransaction,
        NpgsqlException { InnerException: IOException } => true,
        _ => IsLostConnection(fault.InnerException),
    };
}
