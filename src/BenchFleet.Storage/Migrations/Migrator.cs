using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace BenchFleet.Storage.Migrations;

/// <summary>A numbered script, as it is embedded in this assembly: <c>Migrations/{provider}/{number}_{name}.sql</c>.</summary>
internal sealed record Migration(int Number, string Name, string Sql);

/// <summary>
/// Applies the scripts that a database has not had yet, all of them in one transaction under a lock: several nodes may start at once.
/// A script that was released is never edited; a change is the next number, for both databases.
/// </summary>
/// <remarks>On a bare connection: building the entity model takes longer than all else at start, and scripts have no use for it.</remarks>
internal sealed class Migrator(StorageOptions options)
{
    // Any number will do, as long as nothing else in the same database takes it.
    private const string AdvisoryLock = "select pg_advisory_xact_lock(3203870921)";
    private const string Ledger = "create table if not exists schema_migrations (number integer not null, name text not null, constraint pk_schema_migrations primary key (number))";

    public ImmutableArray<Migration> All { get; } = Embedded(options.Provider);

    public async Task Apply(CancellationToken cancel)
    {
        await using var connection = await Open(cancel);
        var sqlite = options.Provider == DatabaseProvider.Sqlite;

        // Outside any transaction; the mode is a property of the file and stays.
        if (sqlite) await Execute(connection, null, "pragma journal_mode = wal", cancel);

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!sqlite) await Execute(connection, transaction, AdvisoryLock, cancel);
        await Execute(connection, transaction, Ledger, cancel);

        var applied = await Numbers(connection, transaction, cancel);
        if (applied.Except(All.Select(migration => migration.Number)).ToList() is { Count: > 0 } unknown)
            throw new InvalidOperationException($"The database has migration {unknown.Max()}, which this version does not know: start the newer version.");

        foreach (var migration in All.Where(migration => !applied.Contains(migration.Number)))
        {
            await Execute(connection, transaction, migration.Sql, cancel);
            await Record(connection, transaction, migration, cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Number of the newest migration the database has had; 0 when it has had none.</summary>
    public async Task<int> Newest(CancellationToken cancel)
    {
        await using var connection = await Open(cancel);
        return (await Numbers(connection, null, cancel)).DefaultIfEmpty().Max();
    }

    private async Task<DbConnection> Open(CancellationToken cancel)
    {
        DbConnection connection = options.Provider == DatabaseProvider.Sqlite
            ? new SqliteConnection(options.ConnectionString)
            : new NpgsqlConnection(options.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            if (connection is SqliteConnection) await Execute(connection, null, SqlitePragmas.Text, cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<List<int>> Numbers(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, "select number from schema_migrations");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var numbers = new List<int>();
        while (await reader.ReadAsync(cancel)) numbers.Add(reader.GetInt32(0));
        return numbers;
    }

    private static async Task Record(DbConnection connection, DbTransaction transaction, Migration migration, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, "insert into schema_migrations (number, name) values (@number, @name)");
        foreach (var (name, value) in new (string, object)[] { ("@number", migration.Number), ("@name", migration.Name) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task Execute(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // constants of this class, and scripts of this assembly
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static ImmutableArray<Migration> Embedded(DatabaseProvider provider)
    {
        var assembly = typeof(Migrator).Assembly;
        var folder = $"{typeof(Migrator).Namespace}.{provider}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(migration => migration.Number)];

        Migration Read(string resource)
        {
            var name = resource[folder.Length..^".sql".Length];
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return new Migration(int.Parse(name.AsSpan(0, 4)), name[5..], text.ReadToEnd());
        }
    }
}
