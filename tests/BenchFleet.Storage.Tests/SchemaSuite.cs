using System.Data.Common;
using System.Text.RegularExpressions;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests;

public sealed class SchemaOnSqlite() : SchemaSuite(TestDatabase.Sqlite)
{
    private protected override string[] Catalogue =>
    [
        "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%'",
        "select m.name, c.name, c.type, c.\"notnull\", c.pk from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table'",
        "select m.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete from sqlite_schema m, pragma_foreign_key_list(m.name) f where m.type = 'table'",
    ];
}

public sealed class SchemaOnPostgres() : SchemaSuite(TestDatabase.Postgres)
{
    private protected override string[] Catalogue =>
    [
        "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'public'",
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace",
        "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
    ];

    [StorageFact]
    public async Task Queries_are_not_compiled()
    {
        await using var context = await Context();

        Assert.Equal("off", await context.Database.SqlQueryRaw<string>("select current_setting('jit') as \"Value\"").SingleAsync());
    }
}

public abstract partial class SchemaSuite(TestDatabase database) : StorageTest(database)
{
    private readonly TestDatabase _database = database;

    /// <summary>Queries that tell everything about tables, constraints and indexes.</summary>
    private protected abstract string[] Catalogue { get; }

    [StorageFact]
    public async Task The_migrated_schema_is_the_models()
    {
        var empty = await _database.CreateEmpty();
        await using var services = new ServiceCollection().AddBenchFleetStorage(empty).BuildServiceProvider();
        await using (var context = await services.GetRequiredService<IDbContextFactory<FleetContext>>().CreateDbContextAsync())
            await context.Database.EnsureCreatedAsync();

        var (migrated, model) = (await Describe(Services), await Describe(services));

        Assert.Equal(string.Join('\n', model), string.Join('\n', migrated));
        await _database.Drop(empty);
    }

    [StorageFact]
    public async Task Several_nodes_may_migrate_at_once_and_again()
    {
        var empty = await _database.CreateEmpty();
        var nodes = Enumerable.Range(0, 3).Select(_ => new ServiceCollection().AddBenchFleetStorage(empty).BuildServiceProvider()).ToArray();
        var before = await nodes[0].GetRequiredService<Database>().Check(None);

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.GetRequiredService<Database>().Migrate(None))));
        await nodes[0].GetRequiredService<Database>().Migrate(None);

        Assert.StartsWith("The database does not answer or has no schema", before);
        Assert.Null(await nodes[0].GetRequiredService<Database>().Check(None));
        foreach (var node in nodes) await node.DisposeAsync();
        await _database.Drop(empty);
    }

    [StorageFact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using (var context = await Context())
        {
            context.Add(new MigrationRow { Number = 9999, Name = "of tomorrow" });
            await context.SaveChangesAsync();
        }

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Services.GetRequiredService<Database>().Migrate(None));

        Assert.Contains("9999", fault.Message);
        Assert.Contains("9999", await Services.GetRequiredService<Database>().Check(None));
    }

    [StorageFact]
    public async Task The_database_itself_refuses_states_that_make_no_sense()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare());
        await using var context = await Context();

        Task Break(string statement) => Assert.ThrowsAnyAsync<DbException>(() => context.Database.ExecuteSqlRawAsync(statement));

        await Break("update work_items set state = 'Leased'");
        await Break("update work_items set state = 'Lost'");
        await Break("update work_items set state = 'Failed'");
        await Break("update sweeps set state = 'Completed'");
        await Break("update devices set agent_id = id");
        await Break("update devices set epoch = 0");
        Assert.NotNull(await Claim(agent));
    }

    private protected Task<FleetContext> Context() => Services.GetRequiredService<IDbContextFactory<FleetContext>>().CreateDbContextAsync();

    private async Task<List<string>> Describe(IServiceProvider services)
    {
        await using var context = await services.GetRequiredService<IDbContextFactory<FleetContext>>().CreateDbContextAsync();
        await context.Database.OpenConnectionAsync();
        var lines = new List<string>();
        foreach (var query in Catalogue)
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = query;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                lines.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => Plain($"{reader.GetValue(i)}"))));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// SQLite keeps statements as they were written: case, quotes, white space and "if not exists" say nothing, nor does the order of
    /// columns and constraints, to which a later migration can only append.
    /// </summary>
    private static string Plain(string text)
    {
        var plain = Words(text);
        return plain.StartsWith("create table", StringComparison.Ordinal)
            ? plain[..plain.IndexOf('(', StringComparison.Ordinal)] + string.Join(" ; ", Definitions(plain).Order(StringComparer.Ordinal))
            : plain;
    }

    private static IEnumerable<string> Definitions(string table)
    {
        var (depth, start) = (0, table.IndexOf('(', StringComparison.Ordinal) + 1);
        for (var i = start; i < table.Length; i++)
        {
            depth += table[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth >= 0 && (depth > 0 || table[i] != ',')) continue;
            yield return table[start..i].Trim();
            start = i + 1;
        }
    }

    private static string Words(string text) =>
        White().Replace(text.ToLowerInvariant().Replace("\"", "").Replace("if not exists ", ""), " ").Replace("( ", "(").Replace(" )", ")")
            .Replace("(number integer not null, name text not null, constraint pk_schema_migrations primary key (number))",
                "(number integer not null constraint pk_schema_migrations primary key, name text not null)");

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
