using System.Collections.Immutable;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Work;
using Npgsql;

namespace BenchFleet.Storage.Pools;

/// <summary>A batch as statements, and their answers as the batch's.</summary>
internal static class PostgresBatch
{
    public static void Fill(NpgsqlBatch command, PoolBatch batch)
    {
        var now = batch.Now.UtcDateTime;
        Add(command, PostgresStatements.Check, batch.Owner.Key, batch.Owner.Epoch);
        if (!batch.Outcomes.IsEmpty) AddOutcomes(command, batch.Outcomes, now);
        if (!batch.Renewals.IsEmpty)
        {
            var renewals = batch.Renewals;
            Add(command, PostgresStatements.Renew, Array(renewals, r => r.Work), Array(renewals, r => r.Attempt), Array(renewals, r => r.Session),
                Array(renewals, r => r.Until.UtcDateTime), Array(renewals, r => r.Doing), Array(renewals, r => r.Fraction), now);
        }

        if (!batch.Claims.IsEmpty)
        {
            var claims = batch.Claims;
            Add(command, PostgresStatements.Claim, Array(claims, c => c.Work), Array(claims, c => c.Attempt), Array(claims, c => c.Agent),
                Array(claims, c => c.Session), Array(claims, c => c.RequestId), Array(claims, c => c.Device), Array(claims, c => c.Until.UtcDateTime), now);
        }

        if (!batch.Usage.IsEmpty) Add(command, PostgresStatements.Usage, batch.Owner.Key, Array(batch.Usage, u => u.Project), Array(batch.Usage, u => u.Seconds));
        if (!batch.Health.IsEmpty)
        {
            Add(command, PostgresStatements.Health, Array(batch.Health, h => h.Device), Array(batch.Health, h => h.Health.ToString()),
                Array(batch.Health, h => h.Strikes), Array(batch.Health, h => h.Since?.UtcDateTime));
        }

        // Last: it is what several shards have in common.
        Guid[] touched = [.. batch.Outcomes.Select(o => o.Work), .. batch.Renewals.Select(r => r.Work), .. batch.Claims.Select(c => c.Work)];
        if (touched.Length > 0) Add(command, PostgresStatements.Raise, touched, (long)batch.Outcomes.Length);
    }

    public static async Task<PoolWritten> Read(NpgsqlDataReader reader, PoolBatch batch, CancellationToken cancel)
    {
        var succeeded = new HashSet<Guid>();
        if (!batch.Outcomes.IsEmpty)
        {
            await reader.NextResultAsync(cancel);
            while (await reader.ReadAsync(cancel)) succeeded.Add(reader.GetGuid(0));
        }

        var renewed = new HashSet<Guid>();
        if (!batch.Renewals.IsEmpty)
        {
            await reader.NextResultAsync(cancel);
            while (await reader.ReadAsync(cancel)) renewed.Add(reader.GetGuid(0));
        }

        var claimed = batch.Claims.IsEmpty ? [] : await Claimed(reader, batch, cancel);

        // To the end: a fault of a later statement is said there, and only then is the batch committed.
        var links = new List<(Guid Work, Guid Sweep)>();
        while (await reader.NextResultAsync(cancel))
            while (await reader.ReadAsync(cancel)) links.Add((reader.GetGuid(0), reader.GetGuid(1)));
        var sweepsOf = links.ToLookup(link => link.Work, link => link.Sweep);
        return new PoolWritten(
            [.. batch.Claims.Select(claim => claimed.GetValueOrDefault(claim.Work) is { } lease && lease.Device == claim.Device ? lease : null)],
            [.. batch.Outcomes.Select(outcome => succeeded.Remove(outcome.Work)
                ? new OutcomeStored(CommitResult.Committed, [.. sweepsOf[outcome.Work]])
                : new OutcomeStored(CommitResult.NotFound, []))],
            [],
            [.. batch.Renewals.Select(renewal => renewed.Contains(renewal.Work))]);
    }

    private static async Task<Dictionary<Guid, WorkLease>> Claimed(NpgsqlDataReader reader, PoolBatch batch, CancellationToken cancel)
    {
        var asked = batch.Claims.ToDictionary(claim => claim.Work);
        var claimed = new Dictionary<Guid, WorkLease>();
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var claim = asked[reader.GetGuid(0)];
            claimed[claim.Work] = new WorkLease(
                claim.Work, claim.Attempt, claim.Device, claim.Sweep, reader.GetString(1), CanonicalJson.Read<WorkOrder>(reader.GetString(2)), claim.Until);
        }

        return claimed;
    }

    private static void AddOutcomes(NpgsqlBatch command, ImmutableArray<PoolOutcome> outcomes, DateTime now)
    {
        var packed = outcomes.Select(outcome => (Outcome: outcome, PackedOutcome.Of(outcome.Outcome).Hash.Hex)).ToImmutableArray();
        Add(command, PostgresStatements.Succeed, Array(packed, o => o.Outcome.Work), Array(packed, o => o.Outcome.Attempt),
            Array(packed, o => o.Outcome.Session), Array(packed, o => o.Hex), now);
        AddVariants(command, [.. packed.Where(o => o.Outcome.Outcome is Prepared)], now);
        AddEvaluations(command, [.. packed.Where(o => o.Outcome.Outcome is Evaluated)], now);
        AddBlocks(command, [.. packed.Where(o => o.Outcome.Outcome is Measured)], now);
    }

    private static void AddVariants(NpgsqlBatch command, ImmutableArray<(PoolOutcome Outcome, string Hash)> made, DateTime now)
    {
        if (made.IsEmpty) return;
        var rows = made.Select(o => (o.Outcome.Work, o.Outcome.Attempt, o.Hash, Order: (PrepareOrder)o.Outcome.Order!, Result: (Prepared)o.Outcome.Outcome)).ToImmutableArray();
        var contents = rows.SelectMany(r => r.Result.Bundle.Contents.Select(hash => (r.Order.Variant, Hash: hash))).ToImmutableArray();
        Add(command, PostgresStatements.Variants, Array(rows, r => r.Work), Array(rows, r => r.Attempt), Array(rows, r => r.Hash),
            Array(rows, r => r.Order.Variant.Hex), Array(rows, r => r.Order.Model.Hex), Array(rows, r => CanonicalJson.Write(r.Order.Recipe)),
            Array(rows, r => CanonicalJson.Write(r.Result.Bundle)), Array(rows, r => CanonicalJson.Write(r.Result.Report)), now,
            Array(contents, c => c.Variant.Hex), Array(contents, c => c.Hash.Hex), ArtifactOwner.VariantPrefix);
    }

    private static void AddEvaluations(NpgsqlBatch command, ImmutableArray<(PoolOutcome Outcome, string Hash)> made, DateTime now)
    {
        if (made.IsEmpty) return;
        var rows = made.Select(o => (o.Outcome.Work, o.Outcome.Attempt, o.Hash, Order: (EvaluateOrder)o.Outcome.Order!, Result: (Evaluated)o.Outcome.Outcome)).ToImmutableArray();
        Add(command, PostgresStatements.Evaluations, Array(rows, r => r.Work), Array(rows, r => r.Attempt), Array(rows, r => r.Hash),
            Array(rows, r => r.Order.Variant.Hex), Array(rows, r => r.Order.Dataset?.Hex ?? EvaluationRow.Generated), Array(rows, r => r.Order.SampleCount),
            Array(rows, r => CanonicalJson.Write(r.Result.Evaluation)), now);
    }

    private static void AddBlocks(NpgsqlBatch command, ImmutableArray<(PoolOutcome Outcome, string Hash)> made, DateTime now)
    {
        if (made.IsEmpty) return;
        var rows = made.Select(o => (o.Outcome.Work, o.Outcome.Attempt, o.Hash, Order: (MeasureOrder)o.Outcome.Order!, Result: (Measured)o.Outcome.Outcome)).ToImmutableArray();
        Add(command, PostgresStatements.Blocks, Array(rows, r => r.Work), Array(rows, r => r.Attempt), Array(rows, r => r.Hash), Array(rows, r => r.Order.Block),
            Array(rows, r => r.Result.Launches[0].Trial), Array(rows, r => r.Order.Round), now);
        var launches = rows.SelectMany(r => LaunchRows.Of(r.Order.Block, r.Result.Launches)).ToImmutableArray();
        Add(command, PostgresStatements.Launches,
            Array(launches, l => l.BlockId), Array(launches, l => l.Position), Array(launches, l => l.TrialId), Array(launches, l => l.FailureJson),
            Array(launches, l => l.Count), Array(launches, l => l.P50Ns), Array(launches, l => l.P90Ns), Array(launches, l => l.P99Ns),
            Array(launches, l => l.ConservativeP90Ns), Array(launches, l => l.SamplesPerSecond), Array(launches, l => l.SamplesPerQuery),
            Array(launches, l => l.CallsPerEntry), Array(launches, l => l.LoadNs), Array(launches, l => l.FirstInferenceNs),
            Array(launches, l => l.PeakRssBytes), Array(launches, l => l.FlagsJson), Array(launches, l => l.EnergyJson),
            Array(launches, l => l.MeasurementJson), Array(launches, l => l.LatenciesNs),
            Array(rows, r => r.Order.Block), Array(rows, r => r.Work), Array(rows, r => r.Attempt), Array(rows, r => r.Hash));
    }

    /// <summary>A column of rows, as unnest takes it.</summary>
    public static TColumn[] Array<TRow, TColumn>(ImmutableArray<TRow> rows, Func<TRow, TColumn> column) => [.. rows.Select(column)];

    private static void Add(NpgsqlBatch command, string statement, params ReadOnlySpan<object> parameters)
    {
        var part = new NpgsqlBatchCommand(statement);
        foreach (var value in parameters) part.Parameters.Add(new NpgsqlParameter { Value = value });
        command.BatchCommands.Add(part);
    }
}
