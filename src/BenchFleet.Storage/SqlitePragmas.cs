using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace BenchFleet.Storage;

/// <summary>
/// Settings that SQLite keeps per connection: foreign keys are checked, and a lock of another process is waited for, 10 s at most.
/// Commits reach the disk (synchronous = full, SQLite's default): an acknowledged result survives a power cut.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    internal const string Text = "pragma foreign_keys = on; pragma busy_timeout = 10000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Text;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Text;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
