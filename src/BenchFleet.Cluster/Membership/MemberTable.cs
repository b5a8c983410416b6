using System.Collections.Immutable;
using System.Net;
using Npgsql;

namespace BenchFleet.Cluster.Membership;

/// <summary>The membership table as the cold start sees it: who is not dead, and how to call them all dead at once.</summary>
internal sealed class MemberTable(string connectionString, string cluster)
{
    private const string Members = """
        select address, port, generation, status, iamalivetime, extract(epoch from clock_timestamp() - iamalivetime)::double precision
        from orleansmembershiptable where deploymentid = $1 and status <> $2 order by address, port, generation
        """;

    // Whoever changes the table locks the version row first, so nobody comes or goes between the look and the change.
    private const string Locked = "select version from orleansmembershipversiontable where deploymentid = $1 for update";

    private const string Bury = """
        with buried as (
            update orleansmembershiptable set status = $2 where deploymentid = $1 and status <> $2 returning 1)
        update orleansmembershipversiontable set version = version + 1, timestamp = now() where deploymentid = $1
        """;

    public async Task<ImmutableArray<Member>> NotDead(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        return await Read(connection, cancel);
    }

    /// <summary>Calls these dead, provided that they are still all there are and none has given a sign since.</summary>
    public async Task<bool> BuryAll(ImmutableArray<Member> silent, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Run(connection, Locked, cancel);
        var now = await Read(connection, cancel);
        if (!now.Select(Identity).SequenceEqual(silent.Select(Identity))) return false;

        await Run(connection, Bury, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static (IPEndPoint, int, int, DateTime) Identity(Member member) => (member.Address, member.Generation, member.Status, member.AliveAt);

    private async Task<ImmutableArray<Member>> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, Members);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var members = ImmutableArray.CreateBuilder<Member>();
        while (await rows.ReadAsync(cancel))
        {
            members.Add(new Member(
                new IPEndPoint(IPAddress.Parse(rows.GetString(0)), rows.GetInt32(1)),
                rows.GetInt32(2),
                rows.GetInt32(3),
                rows.GetDateTime(4),
                TimeSpan.FromSeconds(rows.GetDouble(5))));
        }

        return members.ToImmutable();
    }

    private async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // constants of this class
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = cluster });
        if (sql.Contains("$2", StringComparison.Ordinal)) command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Member.Dead });
        return command;
    }
}
