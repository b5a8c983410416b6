using System.Collections.Immutable;
using Npgsql;

namespace BenchFleet.Cluster.Membership;

/// <summary>
/// The tables of membership and reminders, in a schema of their own beside ours. Numbered scripts that may be run again; all that are missing
/// go in one transaction under a lock, since several nodes may start at once.
/// </summary>
internal sealed class ClusterSchema(string database)
{
    public const string Name = "orleans";

    // Any number will do, as long as nothing else in the same database takes it.
    private const string Lock = "select pg_advisory_xact_lock(3203870922)";

    /// <summary>The same database, with this schema as the one that unqualified names mean.</summary>
    public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(database)
    {
        SearchPath = Name,
        ApplicationName = "benchfleet-membership",
        // Membership is a few statements a second: a handful of connections will do, and a dead server is noticed.
        MaxPoolSize = 8,
        Timeout = 5,
        CommandTimeout = 5,
        KeepAlive = 5,
    }.ConnectionString;

    public static ImmutableArray<(int Number, string Sql)> Scripts { get; } = [.. Embedded().OrderBy(script => script.Number)];

    public async Task Apply(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Run(connection, Lock, cancel);
        await Run(connection, $"create schema if not exists {Name}; create table if not exists cluster_migrations (number integer primary key)", cancel);
        var newest = await Newest(connection, cancel);
        foreach (var (number, sql) in Scripts.Where(script => script.Number > newest))
        {
            await Run(connection, sql, cancel);
            await Run(connection, $"insert into cluster_migrations values ({number})", cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    private static async Task<int> Newest(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(number), 0) from cluster_migrations", connection);
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
#pragma warning disable CA2100 // constants and scripts of this assembly
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static IEnumerable<(int Number, string Sql)> Embedded()
    {
        var assembly = typeof(ClusterSchema).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture), text.ReadToEnd());
        }
    }
}
