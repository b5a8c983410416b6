using System.Collections.Immutable;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>
/// Ended sweeps with all their rows, made by the database itself: a hundred trials each, on ten boards that were measured once. References
/// are not checked while they are made: that would take longer than all else.
/// </summary>
internal static class MeasuredRows
{
    private const int TrialsOfSweep = 100;

    // At a time, so that no statement holds on to much.
    private const int Step = 2_000;

    /// <summary>Sweep number n, from 1.</summary>
    public static Guid SweepOf(int number) => Guid.Parse($"00000000-0000-4000-8000-{number:x12}");

    /// <param name="have">Trials that are there.</param>
    public static async Task Add(NpgsqlConnection connection, Guid device, int have, int want)
    {
        await WorkRows.Run(connection, "set session_replication_role = replica");
        for (var first = have / TrialsOfSweep + 1; first <= want / TrialsOfSweep; first += Step)
            await AddSweeps(connection, device, first, Math.Min(first + Step - 1, want / TrialsOfSweep));
        await WorkRows.Run(connection, "set session_replication_role = origin");
        await WorkRows.Run(connection, "vacuum analyze");
    }

    private static async Task AddSweeps(NpgsqlConnection connection, Guid device, int first, int last)
    {
        var spec = CanonicalJson.Write(new SweepSpec(
            "benchmark", [ContentHash.Of("model")], null, [Recipe.Baseline], [RuntimeConfig.Default], [Scenario.SingleStream], ["any"],
            Objective.Latency, new Constraints(), MeasureProfile.Quick, Seed: 1));
        var measurement = CanonicalJson.Write(new LaunchMeasurement(
            [], 1, 1, 1_000, 10, 1_000, 2_000, 3_000, 20, "precision", "flat", [], ImmutableSortedDictionary<string, int>.Empty.Add("cpu", 3),
            ImmutableSortedDictionary<string, long>.Empty.Add("Conv", 123), null, ImmutableSortedDictionary<string, string>.Empty.Add("os.kernel", "6.1")));
        // Ids that are spread over the index as real ones are: trials are named by hashes.
        const string Ids = """
            with s as (select n, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, now() - make_interval(secs => 10000000 - n) as at from generate_series($1::int, $2::int) n),
                 b as (select s.*, k, md5('block' || n || '/' || k)::uuid as block, md5('work' || n || '/' || k)::uuid as work from s, generate_series(0, 9) k),
                 t as (select b.*, i, md5('trial' || n || '/' || (k * 10 + i))::uuid as trial from b, generate_series(0, 9) i)
            """;
        string[] statements =
        [
            $"{Ids} insert into sweeps (id, name, state, spec_json, submitted_at, ended_at, version) select id, 'benchmark', 'Completed', $3, at, at, 9 from s",
            $"{Ids} insert into sweep_events (sweep_id, sequence) select id, 9 from s",
            $"{Ids} insert into work_items (id, key, kind, state, label, order_json, queued_at, rank, attempt, retry_base, created_at, updated_at, queue, device_id) select work, 'measure/' || block, 'Measure', 'Succeeded', 'block', '{{}}', at, 2, 1, 0, at, at, 'device:' || $4, $4 from b",
            $"{Ids} insert into work_sweeps (work_id, sweep_id) select work, id from b",
            $"{Ids} insert into attempts (work_id, attempt, agent_id, device_id, session, request_id, state, leased_at, ended_at, outcome_hash) select work, 1, $4, $4, $4, work, 'Succeeded', at, at, repeat('0', 64) from b",
            $"{Ids} insert into blocks (id, sweep_id, work_id, attempt, device_id, device_epoch, round, committed_at) select block, id, work, 1, $4, 1, 1, at from b",
            $"{Ids} insert into trials (id, sweep_id, number, model, recipe_json, variant_key, runtime_json, scenario, device_id, control, state) select trial, id, k * 10 + i, $5, $6, $5, $7, 'SingleStream', $4, i = 1, 'Decided' from t",
            $"{Ids} insert into launches (block_id, position, trial_id, count, p50_ns, p90_ns, p99_ns, samples_per_second, samples_per_query, calls_per_entry, load_ns, first_inference_ns, peak_rss_bytes, flags_json, measurement_json, latencies_ns) select block, i, trial, 100, 1e6 + i, 1e6 + i, 1e6 + i, 1000, 1, 1, 1, 1, 1, '[]', $8, decode(repeat('ab', 60), 'hex') from t",
        ];
        object[] values = [first, last, spec, device, ContentHash.Of("model").Hex, CanonicalJson.Write(Recipe.Baseline), CanonicalJson.Write(RuntimeConfig.Default), measurement];
        foreach (var statement in statements) await WorkRows.Run(connection, statement, values);
    }
}
