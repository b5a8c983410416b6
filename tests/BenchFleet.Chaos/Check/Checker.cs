using BenchFleet.Chaos.Agents;
using BenchFleet.Core.Hashing;
using Npgsql;

namespace BenchFleet.Chaos.Check;

/// <param name="Acknowledged">Outcomes that the server said it has.</param>
/// <param name="Lost">Of them, those that the database has not, or not as they were sent.</param>
/// <param name="CountedTwice">Blocks, rounds of a trial and work items that count more than once.</param>
/// <param name="Unfinished">Work items and trials that still wait or run, and the sweep if it does.</param>
/// <param name="Superseded">Outcomes that were refused as too late.</param>
/// <param name="NotSuperseded">Of them, those that count all the same.</param>
internal sealed record CheckReport(
    int WorkItems, int Blocks, int Attempts, int GivenUp, int Acknowledged, int Superseded, int Unanswered,
    IReadOnlyList<string> Lost, IReadOnlyList<string> CountedTwice, IReadOnlyList<string> Unfinished, IReadOnlyList<string> NotSuperseded)
{
    public bool IsSound => Lost.Count + CountedTwice.Count + Unfinished.Count + NotSuperseded.Count == 0;

    public override string ToString() =>
        $"{WorkItems} work items ({GivenUp} given up), {Attempts} attempts, {Blocks} blocks; {Acknowledged} acknowledged, {Superseded} superseded, {Unanswered} unanswered; "
        + $"lost {Lost.Count}, counted twice {CountedTwice.Count}, unfinished {Unfinished.Count}, superseded and counted {NotSuperseded.Count}"
        + string.Concat(new[] { Lost, CountedTwice, Unfinished, NotSuperseded }.SelectMany(list => list.Take(10)).Select(line => "\n  " + line));
}

/// <summary>Compares what the agents wrote down with what the database has. Plain queries, so that it does not believe the code it checks.</summary>
internal static class Checker
{
    private sealed record Attempt(string State, string? Hash, bool HasBlock, bool IsMeasure);

    public static async Task<CheckReport> Check(string database, string logs, Guid sweep)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var attempts = await Attempts(connection);
        var entries = Directory.GetFiles(logs).SelectMany(AgentLog.Read).ToArray();
        var made = entries.Where(entry => entry.Made is not null).DistinctBy(entry => (entry.Work, entry.Attempt)).ToArray();
        var answers = entries.Where(entry => entry.Answer is not null).ToLookup(entry => (entry.Work, entry.Attempt), entry => entry.Answer!);
        var acknowledged = made.Where(entry => answers[(entry.Work, entry.Attempt)].Any(answer => answer is "Committed" or "Already")).ToArray();
        var superseded = made.Where(entry => answers[(entry.Work, entry.Attempt)].Contains("Superseded")).ToArray();

        return new CheckReport(
            (int)await Number(connection, "select count(*) from work_items"),
            (int)await Number(connection, "select count(*) from blocks"),
            attempts.Count,
            (int)await Number(connection, "select count(*) from work_items where state = 'Failed'"),
            acknowledged.Length,
            superseded.Length,
            made.Count(entry => !answers.Contains((entry.Work, entry.Attempt))),
            [.. acknowledged.Select(entry => Missing(entry, attempts)).OfType<string>()],
            await Twice(connection),
            await Unfinished(connection, sweep),
            [.. superseded.Where(entry => Counts(entry, attempts)).Select(entry => $"superseded and counted: work {entry.Work} attempt {entry.Attempt}")]);
    }

    /// <summary>What is missing of an acknowledged outcome, or null.</summary>
    private static string? Missing(LogEntry entry, Dictionary<(Guid, int), Attempt> attempts)
    {
        var name = $"work {entry.Work} attempt {entry.Attempt} ({entry.Made!.Outcome.GetType().Name})";
        if (!attempts.TryGetValue((entry.Work, entry.Attempt), out var stored)) return $"lost: {name}";
        if (stored.Hash != CanonicalJson.Hash(entry.Made.Outcome).Hex) return $"another outcome is stored: {name}, {stored.State}";
        if (stored.State is not ("Succeeded" or "Failed")) return $"acknowledged, and stored as {stored.State}: {name}";
        return stored is { State: "Succeeded", IsMeasure: true, HasBlock: false } ? $"its launches are missing: {name}" : null;
    }

    private static bool Counts(LogEntry entry, Dictionary<(Guid, int), Attempt> attempts) =>
        attempts.TryGetValue((entry.Work, entry.Attempt), out var stored) && stored.State == "Succeeded" && stored.Hash == CanonicalJson.Hash(entry.Made!.Outcome).Hex;

    private static async Task<Dictionary<(Guid, int), Attempt>> Attempts(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("""
            select a.work_id, a.attempt, a.state, a.outcome_hash, w.kind = 'Measure',
                   exists (select 1 from blocks b join launches l on l.block_id = b.id where b.work_id = a.work_id and b.attempt = a.attempt
                           having count(*) = jsonb_array_length(w.order_json::jsonb -> 'launches'))
            from attempts a join work_items w on w.id = a.work_id
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var attempts = new Dictionary<(Guid, int), Attempt>();
        while (await reader.ReadAsync())
            attempts[(reader.GetGuid(0), reader.GetInt32(1))] = new Attempt(
                reader.GetString(2), await reader.IsDBNullAsync(3) ? null : reader.GetString(3), reader.GetBoolean(5), reader.GetBoolean(4));
        return attempts;
    }

    private static Task<IReadOnlyList<string>> Twice(NpgsqlConnection connection) => Lines(connection, """
        select 'round ' || b.round || ' of trial ' || l.trial_id || ' counts ' || count(*) || ' times'
        from launches l join blocks b on b.id = l.block_id group by l.trial_id, b.round having count(*) > 1
        union all select 'work ' || work_id || ' has ' || count(*) || ' blocks' from blocks group by work_id having count(*) > 1
        union all select 'work ' || work_id || ' succeeded ' || count(*) || ' times' from attempts where state = 'Succeeded' group by work_id having count(*) > 1
        union all select 'block ' || b.id || ' is of an attempt that did not succeed'
        from blocks b join attempts a on a.work_id = b.work_id and a.attempt = b.attempt where a.state <> 'Succeeded'
        """);

    private static Task<IReadOnlyList<string>> Unfinished(NpgsqlConnection connection, Guid sweep) => Lines(connection, $"""
        select 'work ' || id || ' is ' || state from work_items where state in ('Pending', 'Leased')
        union all select 'attempt ' || attempt || ' of ' || work_id || ' runs' from attempts where state = 'Running'
        union all select 'trial ' || id || ' is ' || state from trials where state in ('Waiting', 'Ready')
        union all select 'the sweep is ' || state || coalesce(': ' || failure, '') from sweeps where state <> 'Completed' and id = '{sweep}'
        """);

    private static async Task<long> Number(NpgsqlConnection connection, string question)
    {
#pragma warning disable CA2100 // our own sentences
        await using var command = new NpgsqlCommand(question, connection);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<IReadOnlyList<string>> Lines(NpgsqlConnection connection, string question)
    {
#pragma warning disable CA2100 // our own sentences
        await using var command = new NpgsqlCommand(question, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        return lines;
    }
}
