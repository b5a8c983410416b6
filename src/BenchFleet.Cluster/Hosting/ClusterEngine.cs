using System.Reflection;
using BenchFleet.Cluster.Grains;
using BenchFleet.Cluster.Hosting;
using BenchFleet.Cluster.Membership;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.MembershipService;

namespace BenchFleet.Cluster;

/// <summary>The cluster host of the coordinators, as the server sees it. A build without Orleans has the same class, which refuses.</summary>
public static class ClusterEngine
{
    /// <summary>Name of the meter of the cluster's own figures.</summary>
    public const string MeterName = "Microsoft.Orleans";

    /// <summary>Why this build has no cluster host, or null when it has one.</summary>
    public static string? NotBuilt => null;

    /// <summary>Which build of Orleans this is.</summary>
    public static string Version { get; } =
        typeof(SiloAddress).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(". ")[0] ?? "unknown";

    /// <summary>Adds a node of the cluster and its coordinators: hosted services start in the order in which they are added, so the database comes before.</summary>
    public static void AddClusterEngine(this IHostApplicationBuilder builder, ClusterSettings settings, EngineOptions engine)
    {
        if (settings.Refuse() is { } reason) throw new ArgumentException(reason, nameof(settings));

        var schema = new ClusterSchema(settings.Database);
        builder.Services
            .AddSingleton(settings)
            .AddSingleton(schema)
            .AddSingleton(new MemberTable(schema.ConnectionString, settings.Name))
            .AddSingleton(ColdStartTimes.Of(settings))
            .AddSingleton<ColdStart>()
            .AddHostedService<ClusterStart>();
        // Advice on the garbage collector, and complaints that a busy machine is busy.
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        SiloSetup.Configure(builder, settings);

        // After the silo: they start when it has joined, and stop before it leaves.
        builder.Services
            .AddHostedService<DeathWatch>()
            .AddCoordinators(engine)
            .AddSingleton<ActivePools>()
            .AddSingleton<PatientCall>()
            .AddSingleton<NodeClient>()
            .AddHostedService<PoolBalance>()
            .AddSingleton<ClusterCoordinators>()
            .AddSingleton<ICoordinatorHost>(provider => provider.GetRequiredService<ClusterCoordinators>())
            .AddHostedService(provider => provider.GetRequiredService<ClusterCoordinators>());
    }

    /// <summary>What went wrong at the start, in a sentence; null for what is not the cluster's.</summary>
    public static string? Sentence(Exception fault) => fault switch
    {
        OrleansClusterConnectivityCheckFailedException =>
            "The node could not join: nodes that the cluster calls alive do not answer. Check that nodes reach each other, and end nodes that hang.",
        OrleansConfigurationException => $"The cluster's settings do not fit together: {fault.Message}",
        _ => null,
    };
}
