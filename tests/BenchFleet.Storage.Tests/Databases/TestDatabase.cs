using BenchFleet.TestSupport.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage.Tests.Databases;

/// <summary>A kind of database that the suite runs on: every test gets a migrated one of its own, copied from a template.</summary>
#pragma warning disable CA1001 // there are two, and they live as long as the process
public abstract class TestDatabase
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private StorageOptions? _template;

    public static TestDatabase Sqlite { get; } = new SqliteDatabase();

    public static TestDatabase Postgres { get; } = new PostgresDatabase();

    public abstract Task<StorageOptions> CreateEmpty();

    public async Task<StorageOptions> CreateMigrated() => await Copy(await Template());

    public abstract Task Drop(StorageOptions options);

    protected abstract Task<StorageOptions> Copy(StorageOptions template);

    /// <summary>Nobody is connected any more.</summary>
    protected abstract void Close(StorageOptions options);

    private async Task<StorageOptions> Template()
    {
        await _one.WaitAsync();
        try
        {
            return _template ??= await Migrated(await CreateEmpty());
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<StorageOptions> Migrated(StorageOptions options)
    {
        await using var services = new ServiceCollection().AddBenchFleetStorage(options).BuildServiceProvider();
        await services.GetRequiredService<Database>().Migrate(CancellationToken.None);
        Close(options);
        return options;
    }

    private sealed class SqliteDatabase : TestDatabase
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("benchfleet-test-").FullName;

        public SqliteDatabase() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);

        public override Task<StorageOptions> CreateEmpty() =>
            Task.FromResult(new StorageOptions(DatabaseProvider.Sqlite, $"Data Source={Path.Combine(_folder, $"{Guid.NewGuid():N}.db")}"));

        public override Task Drop(StorageOptions options)
        {
            Close(options);
            foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(FileOf(options) + suffix);
            return Task.CompletedTask;
        }

        protected override async Task<StorageOptions> Copy(StorageOptions template)
        {
            var options = await CreateEmpty();
            File.Copy(FileOf(template), FileOf(options));
            return options;
        }

        protected override void Close(StorageOptions options)
        {
            using var connection = new SqliteConnection(options.ConnectionString);
            SqliteConnection.ClearPool(connection);
        }

        private static string FileOf(StorageOptions options) => new SqliteConnectionStringBuilder(options.ConnectionString).DataSource;
    }

    private sealed class PostgresDatabase : TestDatabase
    {
        public override async Task<StorageOptions> CreateEmpty() => new(DatabaseProvider.Postgres, await PostgresServer.Shared.CreateDatabase());

        public override Task Drop(StorageOptions options)
        {
            Close(options);
            return PostgresServer.Shared.DropDatabase(options.ConnectionString);
        }

        protected override async Task<StorageOptions> Copy(StorageOptions template) =>
            new(DatabaseProvider.Postgres, await PostgresServer.Shared.CreateDatabase(template.ConnectionString));

        protected override void Close(StorageOptions options)
        {
            using var connection = new NpgsqlConnection(options.ConnectionString);
            NpgsqlConnection.ClearPool(connection);
        }
    }
}
