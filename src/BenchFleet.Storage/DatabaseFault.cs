using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace BenchFleet.Storage;

/// <summary>What a database's own error codes mean to us.</summary>
public static class DatabaseFault
{
    // SQLITE_FULL, sqlite.org/rescode.html
    private const int SqliteFull = 13;

    public static bool IsDiskFull(DbException fault) => fault switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.DiskFull,
        _ => false,
    };
}
