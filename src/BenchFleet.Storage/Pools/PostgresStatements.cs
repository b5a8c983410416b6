namespace BenchFleet.Storage.Pools;

/// <summary>
/// The statements of a batch. Rows come as arrays (unnest), so that a batch of any size is the same few prepared statements. COPY would be
/// faster from some ten thousand rows on only, and could neither be conditional nor part of one round trip.
/// Rows are looked up one by one by their keys, whatever the planner believes of the tables' sizes: "offset 0" keeps a lateral lookup from
/// being merged into a join, and a lease is told by its session, which only leased work has, since "state = 'Leased'" would invite the planner
/// to read the index of all leases for every row.
/// </summary>
internal static class PostgresStatements
{
    public const string Check = "select check_pool_epoch($1, $2)";

    // Work that waits in a lane (queue, project and priority). Nearly all work is one sweep's: only what several need is worth looking at their
    // states.
    private const string Waiting = """
        select i.*, (
            select case when count(*) = 1 then (array_agg(k.sweep_id))[1] else (
                select s.id from work_sweeps k join sweeps s on s.id = k.sweep_id where k.work_id = i.id
                order by (s.state <> 'Running'), s.submitted_at, s.id limit 1) end
            from work_sweeps k where k.work_id = i.id) as sweep_id
        from work_items i
        where i.state = 'Pending' and i.queue = l.queue and i.project = l.project and i.priority = l.priority
          and (i.not_before is null or i.not_before <= $2)
        """;

    private const string InOrder = "order by i.queued_at, i.rank, i.id";

    private const string Columns =
        "w.id, w.attempt, w.kind, w.queue, w.project, w.priority, w.sweep_id, w.queued_at, w.rank, w.created_at, w.expected_seconds, w.artifact, w.last_failed_device_id";

    /// <summary>The first work of each lane. A queue's lanes are found by skipping from one to the next in the index of what waits.</summary>
    public const string Ready = $"""
        select {Columns}
        from unnest($1::text[]) as q (queue)
        cross join lateral (
            with recursive lanes as (
                (select i.project, i.priority from work_items i where i.state = 'Pending' and i.queue = q.queue order by i.project, i.priority limit 1)
                union all
                select n.project, n.priority
                from lanes l
                cross join lateral (
                    select i.project, i.priority from work_items i
                    where i.state = 'Pending' and i.queue = q.queue and (i.project, i.priority) > (l.project, l.priority)
                    order by i.project, i.priority limit 1) n
            )
            select q.queue, lanes.* from lanes) l
        cross join lateral ({Waiting} {InOrder} limit $3) w
        """;

    /// <summary>What comes after one row of each lane.</summary>
    public const string ReadyAfter = $"""
        select {Columns}
        from unnest($1::text[], $4::text[], $5::text[], $6::timestamptz[], $7::int[], $8::uuid[]) as l (queue, project, priority, queued_at, rank, id)
        cross join lateral ({Waiting} and (i.queued_at, i.rank, i.id) > (l.queued_at, l.rank, l.id) {InOrder} limit $3) w
        """;

    public const string Claim = """
        with asked as (
            select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[])
                as a (work, attempt, agent, session, request, device, until)
        ), taken as (
            update work_items w
            set state = 'Leased', attempt = a.attempt, leased_device_id = a.device, leased_session = a.session, lease_until = a.until, updated_at = $8
            from asked a
            where w.id = a.work and w.state = 'Pending' and w.attempt = a.attempt - 1
              and exists (select 1 from devices d where d.id = a.device and d.agent_id = a.agent and d.session = a.session)
              and not exists (select 1 from work_items h where h.leased_device_id = a.device)
              and not exists (select 1 from attempts x where x.request_id = a.request and x.device_id = a.device)
            returning w.id, w.attempt, w.label, w.order_json, a.agent, a.device, a.session, a.request
        ), made as (
            insert into attempts (work_id, attempt, agent_id, device_id, session, request_id, state, leased_at)
            select id, attempt, agent, device, session, request, 'Running', $8 from taken
        )
        select id, label, order_json from taken
        """;

    public const string Succeed = """
        with done as (
            select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[]) as d (work, attempt, session, hash)
        ), held as (
            update work_items w
            set state = 'Succeeded', leased_device_id = null, leased_session = null, lease_until = null, doing = null, fraction = null, updated_at = $5
            from done d
            where w.id = d.work and w.attempt = d.attempt and w.leased_session = d.session
            returning w.id, w.attempt, d.hash
        )
        update attempts a set state = 'Succeeded', ended_at = $5, outcome_hash = h.hash
        from held h where a.work_id = h.id and a.attempt = h.attempt
        returning a.work_id
        """;

    // What belongs to an attempt that succeeded with this very outcome is written, however often that is said.
    private const string Counts = """
        cross join lateral (
            select a.device_id from attempts a
            where a.work_id = v.work and a.attempt = v.attempt and a.state = 'Succeeded' and a.outcome_hash = v.hash offset 0) t
        """;

    public const string Variants = $"""
        with made as (
            insert into variants (key, model, recipe_json, bundle_json, report_json, made_at)
            select distinct on (v.key) v.key, v.model, v.recipe, v.bundle, v.report, $9
            from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                as v (work, attempt, hash, key, model, recipe, bundle, report)
            {Counts}
            on conflict do nothing
            returning key
        )
        insert into artifact_owners (hash, owner)
        select distinct c.hash, $12 || c.key from unnest($10::text[], $11::text[]) as c (key, hash) join made m on m.key = c.key
        on conflict do nothing
        """;

    public const string Evaluations = $"""
        insert into evaluations (variant_key, isa_class, provider, runtime_version, dataset, sample_count, record_json, device_id, made_at)
        select v.variant, w.isa_class, w.provider, w.runtime_version, v.dataset, v.samples, v.record, t.device_id, $8
        from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[])
            as v (work, attempt, hash, variant, dataset, samples, record)
        {Counts}
        cross join lateral (select * from work_items i where i.id = v.work offset 0) w
        on conflict do nothing
        """;

    public const string Blocks = $"""
        insert into blocks (id, sweep_id, work_id, attempt, device_id, device_epoch, round, committed_at)
        select v.block, r.sweep_id, v.work, v.attempt, t.device_id, d.epoch, v.round, $7
        from unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::uuid[], $6::int[]) as v (work, attempt, hash, block, trial, round)
        {Counts}
        cross join lateral (select * from trials i where i.id = v.trial offset 0) r
        cross join lateral (select * from devices i where i.id = t.device_id offset 0) d
        on conflict do nothing
        """;

    public const string Launches = """
        insert into launches (block_id, position, trial_id, failure_json, count, p50_ns, p90_ns, p99_ns, conservative_p90_ns, samples_per_second,
            samples_per_query, calls_per_entry, load_ns, first_inference_ns, peak_rss_bytes, flags_json, energy_json, measurement_json, latencies_ns)
        select v.*
        from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::int[], $6::float8[], $7::float8[], $8::float8[], $9::float8[], $10::float8[],
            $11::int[], $12::int[], $13::bigint[], $14::bigint[], $15::bigint[], $16::text[], $17::text[], $18::text[], $19::bytea[])
            as v (block, position, trial, failure, count, p50, p90, p99, c90, rate, per_query, per_entry, load, first, rss, flags, energy, measurement, times)
        where v.block in (
            select o.block from unnest($20::uuid[], $21::uuid[], $22::int[], $23::text[]) as o (block, work, attempt, hash)
            cross join lateral (select * from blocks i where i.id = o.block and i.work_id = o.work and i.attempt = o.attempt offset 0) b
            cross join lateral (select * from attempts i where i.work_id = o.work and i.attempt = o.attempt and i.outcome_hash = o.hash offset 0) a)
        on conflict do nothing
        """;

    public const string Renew = """
        update work_items w set lease_until = r.until, doing = r.doing, fraction = r.fraction, updated_at = $7
        from unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::text[], $6::float8[]) as r (work, attempt, session, until, doing, fraction)
        where w.id = r.work and w.attempt = r.attempt and w.leased_session = r.session
        returning w.id
        """;

    public const string Usage = """
        insert into project_usage as u (project, pool, used_seconds)
        select v.project, $1, v.seconds from unnest($2::text[], $3::float8[]) as v (project, seconds)
        on conflict (project, pool) do update set used_seconds = u.used_seconds + excluded.used_seconds
        """;

    public const string Health = """
        update devices d set health = v.health, strikes = v.strikes, health_since = v.since
        from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[]) as v (device, health, strikes, since)
        where d.id = v.device
        """;

    /// <summary>
    /// Tells the sweeps of the work, always in the same order, so that batches of two shards wait for each other but do not lock each other out.
    /// Answers whose work the first ones are.
    /// </summary>
    public const string Raise = """
        with links as materialized (
            select w.place, w.id as work_id, k.sweep_id
            from unnest($1::uuid[]) with ordinality as w (id, place)
            cross join lateral (select i.sweep_id from work_sweeps i where i.work_id = w.id offset 0) k
        ), raised as (
            select distinct sweep_id from links order by sweep_id
        ), locked as (
            select e.sweep_id
            from raised r
            cross join lateral (select i.sweep_id from sweep_events i where i.sweep_id = r.sweep_id for update) e
        ), told as (
            update sweep_events e set sequence = e.sequence + 1 from locked l where e.sweep_id = l.sweep_id
        )
        select work_id, sweep_id from links where place <= $2 order by sweep_id
        """;
}
