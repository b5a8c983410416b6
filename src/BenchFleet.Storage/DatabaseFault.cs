using Microsoft.Data.Sqlite;
using Npgsql;

namespace BenchFleet.Storage;

/// <summary>What a database's own error codes mean to us.</summary>
public static class DatabaseFault
{
    // SQLITE_FULL, sqlite.org/rescode.html
    private const int SqliteFull = 13;

    /// <summary>Of the fault itself or of what it was made from: the entity framework wraps what it meets in saving.</summary>
    public static bool IsDiskFull(Exception fault) => fault switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.DiskFull,
        { InnerException: { } inner } => IsDiskFull(inner),
        _ => false,
    };
}
