using System.Collections.Immutable;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using Npgsql;

namespace BenchFleet.Storage.Pools;

/// <summary>
/// The coordinators' own connections to PostgreSQL. A batch is one round trip and one transaction: the server holds its locks no longer than
/// it takes to run it, whatever becomes of the node that sent it (reference: a hung owner must not block its successor).
/// </summary>
internal sealed class PostgresPool : IAsyncDisposable
{
    private const string EpochLost = "BF001";

    // A deadlock between two shards' batches, or a device that another shard has just taken: one of them runs again.
    private const int MaxRuns = 8;

    // Every statement looks up a few rows by their keys. A plan that was made, and kept, while the tables were small would read them whole;
    // with incremental sorts, what waits in one queue would be looked for among what waits in all.
    private const string ByKey = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_incremental_sort=off -c jit=off";

    private readonly NpgsqlDataSource _source;

    public PostgresPool(StorageOptions options)
    {
        var given = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "benchfleet-pools",
            MaxPoolSize = 16,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            Timeout = 5,
            CommandTimeout = 10,
            Options = $"{given.Options} -c idle_in_transaction_session_timeout=1000 -c lock_timeout=3000 {ByKey}",
        };
        _source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public static async Task<T> Fenced<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (PostgresException lost) when (lost.SqlState == EpochLost)
        {
            throw new EpochLostException(lost.MessageText, lost);
        }
    }

    public async Task<PoolOwner> Activate(string key, CancellationToken cancel)
    {
        // One statement, and the clock is looked at when the lock is there (now() would be that of the start).
        await using var command = _source.CreateCommand("""
            insert into pool_epochs as e (key, epoch, activated_at) values ($1, 1, clock_timestamp())
            on conflict (key) do update set epoch = e.epoch + 1, activated_at = clock_timestamp()
            returning epoch, clock_timestamp()
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new PoolOwner(key, reader.GetInt64(0), new DateTimeOffset(reader.GetDateTime(1)));
    }

    public Task<ImmutableArray<ReadyWork>> Ready(ImmutableArray<string> queues, int limit, DateTimeOffset now, CancellationToken cancel) =>
        Read(PostgresStatements.Ready, cancel, queues.ToArray(), now.UtcDateTime, limit);

    public Task<ImmutableArray<ReadyWork>> ReadyAfter(ImmutableArray<ReadyWork> ends, int limit, DateTimeOffset now, CancellationToken cancel) => Read(
        PostgresStatements.ReadyAfter, cancel, PostgresBatch.Array(ends, end => end.Queue), now.UtcDateTime, limit, PostgresBatch.Array(ends, end => end.Project),
        PostgresBatch.Array(ends, end => end.Priority.ToString()), PostgresBatch.Array(ends, end => end.QueuedAt.UtcDateTime), PostgresBatch.Array(ends, end => end.Rank), PostgresBatch.Array(ends, end => end.Id));

    /// <summary>Outcomes that were not taken are answered with NotFound: the caller finds out why.</summary>
    public async Task<PoolWritten> Write(PoolBatch batch, CancellationToken cancel)
    {
        for (var run = 1; ; run++)
        {
            try
            {
                return await Fenced(() => Send(batch, cancel));
            }
            catch (PostgresException fault) when (run < MaxRuns && fault.SqlState
                is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation)
            {
                // The next run decides on what the winner left behind.
            }
        }
    }

    private async Task<PoolWritten> Send(PoolBatch batch, CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlBatch(connection);
        PostgresBatch.Fill(command, batch);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await PostgresBatch.Read(reader, batch, cancel);
    }

    private async Task<ImmutableArray<ReadyWork>> Read(string statement, CancellationToken cancel, params object[] parameters)
    {
#pragma warning disable CA2100 // our own statements
        await using var command = _source.CreateCommand(statement);
#pragma warning restore CA2100
        foreach (var value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ready = ImmutableArray.CreateBuilder<ReadyWork>();
        while (await reader.ReadAsync(cancel))
            ready.Add(new ReadyWork(
                reader.GetGuid(0), reader.GetInt32(1), Enum.Parse<WorkKind>(reader.GetString(2)), reader.GetString(3), reader.GetString(4),
                Enum.Parse<PriorityClass>(reader.GetString(5)), reader.GetGuid(6), new DateTimeOffset(reader.GetDateTime(7)), reader.GetInt32(8),
                new DateTimeOffset(reader.GetDateTime(9)), reader.GetDouble(10), await reader.IsDBNullAsync(11, cancel) ? null : reader.GetString(11),
                await reader.IsDBNullAsync(12, cancel) ? null : reader.GetGuid(12)));
        return ready.ToImmutable();
    }
}
