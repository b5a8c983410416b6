using System.Data.Common;
using BenchFleet.Storage;

namespace BenchFleet.Server;

/// <summary>Whether a server could keep its data in a database: what doctor asks before anybody starts one.</summary>
/// <param name="Works">False when a server would refuse to start.</param>
/// <param name="Finding">One sentence.</param>
public sealed record DatabaseProbe(bool Works, string Finding)
{
    /// <param name="postgreSql">Connection string; null tries SQLite in a new file.</param>
    public static async Task<DatabaseProbe> Try(string? postgreSql, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-probe-");
        try
        {
            var options = new ServerOptions(folder.FullName) { PostgreSql = postgreSql };
            await using var services = new ServiceCollection().AddBenchFleetStorage(options.Database).BuildServiceProvider();
            var database = services.GetRequiredService<Database>();
            if (postgreSql is not null)
            {
                return await database.Check(cancel) is { } problem
                    ? Answered(problem)
                    : new DatabaseProbe(true, "PostgreSQL answers and has this version's schema.");
            }

            await database.Migrate(cancel);
            return new DatabaseProbe(true, "SQLite works here; nothing has to be set up.");
        }
        catch (Exception fault) when (fault is DbException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return new DatabaseProbe(false, $"The database cannot be used: {fault.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A database without our tables is a fresh one: the server makes them when it starts.</summary>
    private static DatabaseProbe Answered(string problem) =>
        problem.Contains("does not exist", StringComparison.Ordinal) && problem.Contains("relation", StringComparison.Ordinal)
        ? new DatabaseProbe(true, "PostgreSQL answers and is empty; the server makes its schema when it starts.")
        : new DatabaseProbe(false, problem);
}
