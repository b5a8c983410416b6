using BenchFleet.Storage.Artifacts;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage;

public static class StorageServices
{
    /// <summary>Adds <see cref="Database"/> and the stores, all singletons.</summary>
    public static IServiceCollection AddBenchFleetStorage(this IServiceCollection services, StorageOptions options) => throw new NotSupportedException();

    /// <summary>Adds the <see cref="ArtifactStore"/>, a singleton.</summary>
    public static IServiceCollection AddBenchFleetArtifacts(this IServiceCollection services, ArtifactStoreOptions options) => throw new NotSupportedException();
}
