using Npgsql;

namespace BenchFleet.Chaos.Check;

/// <summary>How far the sweep is, as the database has it; a database that does not answer just now is asked again.</summary>
/// <param name="meanwhile">Done before every look.</param>
internal sealed class Progress(string database, Func<Task> meanwhile)
{
    public async Task<long> Committed() => await Ask("select count(*) from work_items where state = 'Succeeded'") ?? 0;

    public async Task<bool> IsOver(Guid sweep) => await Ask($"select count(*) from sweeps where state <> 'Running' and id = '{sweep}'") == 1;

    /// <returns>False when it took too long.</returns>
    public async Task<bool> Until(Func<long, bool> isSo, TimeSpan limit, TimeSpan pause)
    {
        for (var left = limit; left > TimeSpan.Zero; left -= pause)
        {
            await meanwhile();
            if (isSo(await Committed())) return true;
            await Task.Delay(pause);
        }

        return false;
    }

    public async Task UntilOver(Guid sweep, TimeSpan limit, TimeSpan pause)
    {
        for (var left = limit; left > TimeSpan.Zero && !await IsOver(sweep); left -= pause)
        {
            await meanwhile();
            await Task.Delay(pause);
        }
    }

    private async Task<long?> Ask(string question)
    {
        try
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
#pragma warning disable CA2100 // our own sentences
            await using var command = new NpgsqlCommand(question, connection);
#pragma warning restore CA2100
            return (long)(await command.ExecuteScalarAsync())!;
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
