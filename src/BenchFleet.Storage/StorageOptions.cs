namespace BenchFleet.Storage;

public enum DatabaseProvider
{
    /// <summary>One file beside the server: a laptop, or one node.</summary>
    Sqlite,

    /// <summary>A server that several nodes share.</summary>
    Postgres,
}

/// <param name="ConnectionString">In the provider's own form, e.g. <c>Data Source=benchfleet.db</c> or <c>Host=...;Database=...</c>.</param>
public sealed record StorageOptions(DatabaseProvider Provider, string ConnectionString);
