using System.Data.Common;
using BenchFleet.Storage.Migrations;
using Npgsql;

namespace BenchFleet.Storage;

/// <summary>The database as a whole: its schema and its health.</summary>
public sealed class Database
{
    private readonly Migrator _migrator;
    private readonly StorageOptions _options;

    internal Database(Migrator migrator, StorageOptions options) => (_migrator, _options) = (migrator, options);

    /// <summary>Brings the schema up to date. Safe to call from several nodes at once.</summary>
    public Task Migrate(CancellationToken cancel) => _migrator.Apply(cancel);

    /// <summary>The clock of a database that nodes share; null where there is none but the process's own (SQLite).</summary>
    public async Task<DateTimeOffset?> Now(CancellationToken cancel)
    {
        if (_options.Provider != DatabaseProvider.Postgres) return null;
        await using var connection = new NpgsqlConnection(_options.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancel))!);
    }

    /// <summary>Null when the database answers and has this version's schema, else one sentence that says what is wrong.</summary>
    public async Task<string?> Check(CancellationToken cancel)
    {
        var wanted = _migrator.All[^1].Number;
        try
        {
            var found = await _migrator.Newest(cancel);
            return found == wanted ? null : $"The database has schema {found}, this version needs {wanted}.";
        }
        catch (DbException fault)
        {
            return $"The database does not answer or has no schema: {fault.Message}";
        }
    }
}
