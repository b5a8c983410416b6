using BenchFleet.Scheduling.Engine;
using Microsoft.Extensions.Hosting;

namespace BenchFleet.Cluster;

/// <summary>Stands for the cluster host in a build that had no Orleans.</summary>
public static class ClusterEngine
{
    public const string MeterName = "";

    public static string NotBuilt =>
        "This build has no cluster host: Orleans was not there when it was built. Build with -p:Orleans=true, or set OrleansAssemblies to a folder that has it.";

    public static string Version => "none";

    public static void AddClusterEngine(this IHostApplicationBuilder builder, ClusterSettings settings, EngineOptions engine) =>
        throw new NotSupportedException($"{NotBuilt} ({builder.Environment.ApplicationName}, {settings.Name}, {engine.Lease})");

    public static string? Sentence(Exception fault) => fault is NotSupportedException ? fault.Message : null;
}
