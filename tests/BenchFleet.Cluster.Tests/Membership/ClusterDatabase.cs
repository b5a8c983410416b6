using BenchFleet.Cluster.Membership;
using BenchFleet.TestSupport.Postgres;
using Npgsql;

namespace BenchFleet.Cluster.Tests.Membership;

/// <summary>A database with the membership tables, and statements to lay members into them.</summary>
internal sealed class ClusterDatabase : IAsyncDisposable
{
    public const string Cluster = "test";

    private readonly string _database;

    private ClusterDatabase(string database) => (_database, Schema) = (database, new ClusterSchema(database));

    public ClusterSchema Schema { get; }

    public MemberTable Members => new(Schema.ConnectionString, Cluster);

    public static async Task<ClusterDatabase> Create()
    {
        var database = new ClusterDatabase(await PostgresServer.Shared.CreateDatabase());
        await database.Schema.Apply(CancellationToken.None);
        await database.Run($"insert into orleansmembershipversiontable (deploymentid) values ('{Cluster}')");
        return database;
    }

    /// <param name="silent">How long ago its last heartbeat was, seconds.</param>
    public Task AddMember(int port, int status = 3, double silent = 0) => Run(FormattableString.Invariant(
        $"""
        insert into orleansmembershiptable
            (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        values ('{Cluster}', '127.0.0.1', {port}, 1, 'silo', 'host', {status}, 0, now(), clock_timestamp() - interval '{silent} seconds')
        """));

    public Task Beat(int port) => Run($"update orleansmembershiptable set iamalivetime = clock_timestamp() where port = {port}");

    public async Task<int> Count(string where)
    {
        await using var connection = new NpgsqlConnection(Schema.ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // the tests' own texts
        await using var command = new NpgsqlCommand($"select count(*)::integer from {where}", connection);
#pragma warning restore CA2100
        return (int)(await command.ExecuteScalarAsync())!;
    }

    public async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(Schema.ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // the tests' own texts
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(Schema.ConnectionString));
        await PostgresServer.Shared.DropDatabase(_database);
    }
}
