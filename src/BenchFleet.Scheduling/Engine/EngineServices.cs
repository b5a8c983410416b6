using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Scheduling.Engine;

public static class EngineServices
{
    /// <summary>Adds the in-process engine; the stores and a <see cref="TimeProvider"/> have to be there.</summary>
    public static IServiceCollection AddInProcessEngine(this IServiceCollection services, EngineOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Signals>()
        .AddSingleton<SweepCoordinator>()
        .AddSingleton<LeaseDesk>()
        .AddSingleton<InProcessEngine>()
        .AddHostedService(provider => provider.GetRequiredService<InProcessEngine>());
}
