using System.Collections.Immutable;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Migrations;

/// <summary>A numbered script, as it is embedded in this assembly: <c>Migrations/{provider}/{number}_{name}.sql</c>.</summary>
internal sealed record Migration(int Number, string Name, string Sql);

/// <summary>
/// Applies the scripts that a database has not had yet, all of them in one transaction under a lock: several nodes may start at once.
/// A script that was released is never edited; a change is the next number, for both databases.
/// </summary>
internal sealed class Migrator(IDbContextFactory<FleetContext> contexts, StorageOptions options)
{
    // Any number will do, as long as nothing else in the same database takes it.
    private const string AdvisoryLock = "select pg_advisory_xact_lock(3203870921)";
    private const string Ledger = "create table if not exists schema_migrations (number integer not null, name text not null, constraint pk_schema_migrations primary key (number))";

    public ImmutableArray<Migration> All { get; } = Embedded(options.Provider);

    public async Task Apply(CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        var sqlite = options.Provider == DatabaseProvider.Sqlite;

        // Outside any transaction; the mode is a property of the file and stays.
        if (sqlite) await context.Database.ExecuteSqlRawAsync("pragma journal_mode = wal", cancel);

        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        if (!sqlite) await context.Database.ExecuteSqlRawAsync(AdvisoryLock, cancel);
        await context.Database.ExecuteSqlRawAsync(Ledger, cancel);

        var applied = await context.Migrations.Select(row => row.Number).ToListAsync(cancel);
        if (applied.Except(All.Select(migration => migration.Number)).ToList() is { Count: > 0 } unknown)
            throw new InvalidOperationException($"The database has migration {unknown.Max()}, which this version does not know: start the newer version.");

        foreach (var migration in All.Where(migration => !applied.Contains(migration.Number)))
        {
            await using (var command = context.Database.GetDbConnection().CreateCommand())
            {
                // Not through the context: it would take braces in a script for parameters.
                command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction);
#pragma warning disable CA2100 // a script of this assembly
                command.CommandText = migration.Sql;
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync(cancel);
            }

            context.Add(new MigrationRow { Number = migration.Number, Name = migration.Name });
            await context.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Number of the newest migration the database has had; 0 when it has had none.</summary>
    public async Task<int> Newest(CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel);
        var numbers = await context.Migrations.Select(row => row.Number).ToListAsync(cancel);
        return numbers.DefaultIfEmpty().Max();
    }

    private static ImmutableArray<Migration> Embedded(DatabaseProvider provider)
    {
        var assembly = typeof(Migrator).Assembly;
        var folder = $"{typeof(Migrator).Namespace}.{provider}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(migration => migration.Number)];

        Migration Read(string resource)
        {
            var name = resource[folder.Length..^".sql".Length];
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return new Migration(int.Parse(name.AsSpan(0, 4)), name[5..], text.ReadToEnd());
        }
    }
}
