using BenchFleet.Storage.Access;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Artifacts.S3;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Library;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Migrations;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Retention;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage;

public static class StorageServices
{
    /// <summary>Adds <see cref="Database"/> and the stores, all singletons.</summary>
    public static IServiceCollection AddBenchFleetStorage(this IServiceCollection services, StorageOptions options) =>
        (options.Provider == DatabaseProvider.Postgres ? services.AddSingleton<PostgresPool>() : services)
        .AddSingleton(options)
        .AddDbContextFactory<FleetContext>(builder => Configure(builder, options))
        .AddSingleton<Writer>()
        .AddSingleton<Reader>()
        .AddSingleton<Migrator>()
        .AddSingleton(provider => new Database(provider.GetRequiredService<Migrator>(), options))
        .AddSingleton(provider => new LibraryStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new ProjectStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new KeyStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new EnrolmentStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new AuditStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new OwnershipStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new HoldStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new FleetStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new SweepStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new WorkStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new QueueQuery(provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new PoolStore(
            provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>(), provider.GetService<PostgresPool>()))
        .AddSingleton(provider => new RetentionStore(provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton(provider => new MeasurementQuery(provider.GetRequiredService<Reader>()));

    /// <summary>Adds the <see cref="IArtifactStore"/>, a folder or the bucket that is given, and what prunes it and the database; the storage has to be there.</summary>
    public static IServiceCollection AddBenchFleetArtifacts(this IServiceCollection services, ArtifactStoreOptions options, S3Options? bucket = null) =>
        services.AddSingleton<IArtifactStore>(provider => bucket is null
            ? new FolderArtifactStore(options, provider.GetRequiredService<TimeProvider>())
            : new S3ArtifactStore(bucket, options.MaxBytes, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ArtifactCollector(
            provider.GetRequiredService<IArtifactStore>(), provider.GetRequiredService<Writer>(), provider.GetRequiredService<Reader>()))
        .AddSingleton<Pruning>();

    internal static void Configure(DbContextOptionsBuilder builder, StorageOptions options)
    {
        builder.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
        if (options.Provider == DatabaseProvider.Postgres) builder.UseNpgsql(Uncompiled(options.ConnectionString));

        // Lists go as one parameter: sweeps have more trials than a statement may have parameters.
        else builder.UseSqlite(options.ConnectionString, sqlite => sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter))
            .AddInterceptors(new SqlitePragmas());
    }

    /// <summary>Where PostgreSQL takes a query for a large one it compiles it, which takes 0.3 s; ours end at an index.</summary>
    private static string Uncompiled(string connection)
    {
        var given = new NpgsqlConnectionStringBuilder(connection);
        given.Options = $"{given.Options} -c jit=off".TrimStart();
        return given.ConnectionString;
    }
}
