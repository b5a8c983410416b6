using System.Data.Common;
using BenchFleet.Storage.Migrations;

namespace BenchFleet.Storage;

/// <summary>The database as a whole: its schema and its health.</summary>
public sealed class Database
{
    private readonly Migrator _migrator;

    internal Database(Migrator migrator) => _migrator = migrator;

    /// <summary>Brings the schema up to date. Safe to call from several nodes at once.</summary>
    public Task Migrate(CancellationToken cancel) => _migrator.Apply(cancel);

    /// <summary>Null when the database answers and has this version's schema, else one sentence that says what is wrong.</summary>
    public async Task<string?> Check(CancellationToken cancel)
    {
        var wanted = _migrator.All[^1].Number;
        try
        {
            var found = await _migrator.Newest(cancel);
            return found == wanted ? null : $"The database has schema {found}, this version needs {wanted}.";
        }
        catch (DbException fault)
        {
            return $"The database does not answer or has no schema: {fault.Message}";
        }
    }
}
