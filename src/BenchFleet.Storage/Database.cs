namespace BenchFleet.Storage;

/// <summary>The database as a whole: its schema and its health.</summary>
public sealed class Database
{
    /// <summary>Brings the schema up to date. Safe to call from several nodes at once.</summary>
    public Task Migrate(CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Null when the database answers and has this version's schema, else one sentence that says what is wrong.</summary>
    public Task<string?> Check(CancellationToken cancel) => throw new NotSupportedException();
}
