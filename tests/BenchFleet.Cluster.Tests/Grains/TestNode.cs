using BenchFleet.Cluster.Grains;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Core.Internal;

namespace BenchFleet.Cluster.Tests.Grains;

/// <summary>A node of a cluster in this process, whose pools are a test's; nothing happens in it but what the test does.</summary>
internal sealed class TestNode(IHost host) : IAsyncDisposable
{
    public static async Task<TestNode> Start(StorageOptions database, PoolShards shards)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(TimeProvider.System).AddBenchFleetStorage(database);
        builder.AddClusterEngine(new ClusterSettings(database.ConnectionString) { Call = TimeSpan.FromMinutes(1) }, EngineOptions.Default);
        builder.Services.AddSingleton(shards);
        // Added last: what ticks the pools and plans the sweeps.
        builder.Services.Remove(builder.Services.Last(service => service.ServiceType == typeof(IHostedService)));
        var host = builder.Build();
        await host.StartAsync();
        return new TestNode(host);
    }

    public ICoordinatorHost Coordinators => host.Services.GetRequiredService<ICoordinatorHost>();

    public Signals Signals => host.Services.GetRequiredService<Signals>();

    /// <summary>The pool as nodes see it, with an activation that has seen nothing yet.</summary>
    public async Task<IPoolShard> NewOwner(PoolKey key)
    {
        await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPoolGrain>(key.ToString()).Cast<IGrainManagementExtension>().DeactivateOnIdle();
        return Coordinators.Pool(key);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
