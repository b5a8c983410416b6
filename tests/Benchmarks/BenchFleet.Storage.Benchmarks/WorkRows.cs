using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Work;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>Pending work made by the database itself: evaluations, each of a variant of its own, for devices of one class.</summary>
internal static class WorkRows
{
    public static DeviceFacts Facts { get; } = new(
        DeviceKind.Cpu, "Benchmark CPU", "x64", ["avx2"], 2, 8L << 30, "1.0", ["cpu"], ImmutableSortedDictionary<string, string>.Empty);

    public static string Queue { get; } = WorkQueue.Isa(Facts.IsaClass, "cpu", Facts.RuntimeVersion);

    public static Evaluated Outcome { get; } = new(new EvaluationRecord("1.0", Facts.IsaClass, "cpu", new FidelityRecord(8, 1, 40, 0, 8, 0), null));

    private static readonly string OtherVariant = ContentHash.Of("a place for the key").Hex;

    public static async Task<Guid> Add(NpgsqlConnection connection, string run, int count)
    {
        var (sweep, order) = (Guid.NewGuid(), CanonicalJson.Write<WorkOrder>(
            new EvaluateOrder(ContentHash.Parse(OtherVariant), ContentHash.Of("bundle"), ContentHash.Of("model"), null, RuntimeConfig.Default, 0)));
        await Run(connection, """
            insert into sweeps (id, name, state, spec_json, submitted_at, version) values ($1, 'benchmark', 'Running', '{}', now(), 1)
            """, sweep);
        await Run(connection, "insert into sweep_events (sweep_id, sequence) values ($1, 1)", sweep);
        await Run(connection, """
            with made as (
                insert into work_items (id, key, kind, state, label, order_json, queued_at, rank, attempt, retry_base, created_at, updated_at,
                                        queue, isa_class, provider, runtime_version)
                select gen_random_uuid(), $1 || i, 'Evaluate', 'Pending', 'evaluate', replace($2, $3, encode(sha256(($1 || i)::bytea), 'hex')), now(), 0, 0, 0, now(), now(),
                       $6, 'x64/avx2', 'cpu', '1.0'
                from generate_series(1, $4) i
                returning id
            )
            insert into work_sweeps (work_id, sweep_id) select id, $5 from made
            """, run + "/", order, OtherVariant, count, sweep, Queue);
        await Run(connection, "analyze work_items");
        return sweep;
    }

    public static async Task<int> Run(NpgsqlConnection connection, string statement, params object[] parameters)
    {
#pragma warning disable CA2100 // our own statements
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        foreach (var value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync();
    }
}
