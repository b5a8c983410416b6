using BenchFleet.Scheduling.Coordinators;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Scheduling.Engine;

public static class EngineServices
{
    /// <summary>Adds what every node has, whatever hosts its coordinators; the stores and a <see cref="TimeProvider"/> have to be there.</summary>
    public static IServiceCollection AddCoordinators(this IServiceCollection services, EngineOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Signals>()
        .AddSingleton<EngineLoop>()
        .AddSingleton<SweepCoordinator>()
        .AddSingleton<PoolShards>()
        .AddSingleton<PoolRoutes>()
        .AddSingleton<Sessions>()
        .AddSingleton<Recall>()
        .AddSingleton<LeaseDesk>();

    /// <summary>Adds the coordinators and the in-process host for them.</summary>
    public static IServiceCollection AddInProcessEngine(this IServiceCollection services, EngineOptions options) => services
        .AddCoordinators(options)
        .AddSingleton<InProcessPools>()
        .AddSingleton<InProcessEngine>()
        .AddSingleton<ICoordinatorHost>(provider => provider.GetRequiredService<InProcessEngine>())
        .AddHostedService(provider => provider.GetRequiredService<InProcessEngine>());
}
