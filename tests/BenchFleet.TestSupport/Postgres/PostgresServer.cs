using Npgsql;

namespace BenchFleet.TestSupport.Postgres;

/// <summary>
/// The PostgreSQL server of a test assembly: the one that BENCHFLEET_TEST_POSTGRES names (a connection string of a role that may create
/// databases), else a private one from local binaries that lives as long as the test process. Where there is neither, tests are skipped
/// with a reason; under CI=true they fail instead.
/// </summary>
public sealed class PostgresServer
{
    public const string Variable = "BENCHFLEET_TEST_POSTGRES";

    private static readonly Lazy<PostgresServer> Started = new(Start);

    // Held for ever: a private server lives as long as its input stays open.
    private static PrivateServer? _private;

    private readonly string _connectionString;
    private int _databases;

    private PostgresServer(string connectionString) => _connectionString = connectionString;

    /// <summary>Starts the server at its first use.</summary>
    public static PostgresServer Shared => Started.Value;

    /// <summary>Null when tests can, or under CI must, run.</summary>
    public static string? SkipReason { get; } = Named is null && PrivateServer.Binaries is null && Environment.GetEnvironmentVariable("CI") != "true"
        ? $"There is no PostgreSQL server: set {Variable}, or install initdb, pg_ctl and postgres."
        : null;

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    /// <summary>Makes a database with a name of its own and answers its connection string.</summary>
    /// <param name="template">Connection string of a database that nobody is connected to, to copy; null makes an empty one.</param>
    public async Task<string> CreateDatabase(string? template = null)
    {
        var name = $"benchfleet_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        var source = template is null ? "template0" : new NpgsqlConnectionStringBuilder(template).Database;
        await Execute($"create database {name} template {source}");
        return new NpgsqlConnectionStringBuilder(_connectionString) { Database = name }.ConnectionString;
    }

    public Task DropDatabase(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        return Execute($"drop database if exists {database} with (force)");
    }

    private async Task Execute(string statement)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names are made above
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static PostgresServer Start() => new(Named ?? (_private = PrivateServer.Start(PrivateServer.Volatile)).ConnectionString);
}
