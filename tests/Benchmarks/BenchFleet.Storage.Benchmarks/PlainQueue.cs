using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

internal sealed record PlainLease(Guid Work, int Attempt, string Variant, Guid Device);

/// <summary>
/// The yardstick: no coordinator, every agent takes its next rows itself, as the textbook has it, and writes the same rows of the same
/// tables. It tells nobody that a sweep has changed, and checks no owner: it is let off that.
/// </summary>
internal sealed class PlainQueue : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    public PlainQueue(string connection) => _source = new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 16, Timeout = 300, CommandTimeout = 300, MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 }.ConnectionString).Build();

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public async Task<IReadOnlyList<PlainLease>> Claim(WorkingAgent agent)
    {
        await using var command = _source.CreateCommand("""
            with next as (
                select id, row_number() over () as place from (
                    select id from work_items where state = 'Pending' and queue = $5 and project = 'default' and priority = 'Normal'
                    order by queued_at, rank, id limit cardinality($3::uuid[]) for update skip locked) t
            ), taken as (
                update work_items w set state = 'Leased', attempt = w.attempt + 1, leased_device_id = ($3::uuid[])[n.place], leased_session = $2,
                       lease_until = now() + interval '30 s', updated_at = now()
                from next n where w.id = n.id
                returning w.id, w.attempt, w.order_json, w.leased_device_id
            ), made as (
                insert into attempts (work_id, attempt, agent_id, device_id, session, request_id, state, leased_at)
                select id, attempt, $1, leased_device_id, $2, $4, 'Running', now() from taken
            )
            select id, attempt, order_json, leased_device_id from taken
            """);
        foreach (object value in new object[] { agent.Agent, agent.Session, agent.Devices.ToArray(), Guid.NewGuid(), WorkRows.Queue }) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var leases = new List<PlainLease>();
        while (await reader.ReadAsync())
            leases.Add(new PlainLease(reader.GetGuid(0), reader.GetInt32(1), ((EvaluateOrder)CanonicalJson.Read<WorkOrder>(reader.GetString(2))).Variant.Hex, reader.GetGuid(3)));
        return leases;
    }

    public async Task Complete(WorkingAgent agent, IReadOnlyList<PlainLease> leases, Evaluated outcome)
    {
        await using var command = _source.CreateCommand("""
            with done as (
                select * from unnest($1::uuid[], $2::int[], $3::text[], $7::uuid[]) as d (work, attempt, variant, device)
            ), held as (
                update work_items w set state = 'Succeeded', leased_device_id = null, leased_session = null, lease_until = null, updated_at = now()
                from done d where w.id = d.work and w.attempt = d.attempt and w.state = 'Leased' and w.leased_session = $4
                returning w.id, w.attempt, d.variant, d.device, w.isa_class, w.provider, w.runtime_version
            ), ended as (
                update attempts a set state = 'Succeeded', ended_at = now(), outcome_hash = $5 from held h where a.work_id = h.id and a.attempt = h.attempt
            )
            insert into evaluations (variant_key, isa_class, provider, runtime_version, dataset, sample_count, record_json, device_id, made_at)
            select h.variant, h.isa_class, h.provider, h.runtime_version, 'generated', 0, $6, h.device, now() from held h on conflict do nothing
            """);
        object[] values =
        [
            leases.Select(lease => lease.Work).ToArray(), leases.Select(lease => lease.Attempt).ToArray(), leases.Select(lease => lease.Variant).ToArray(),
            agent.Session, CanonicalJson.Hash<WorkOutcome>(outcome).Hex, CanonicalJson.Write(outcome.Evaluation), leases.Select(lease => lease.Device).ToArray(),
        ];
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
