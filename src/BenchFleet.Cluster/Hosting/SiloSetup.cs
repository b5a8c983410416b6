using System.Net;
using System.Net.Sockets;
using BenchFleet.Cluster.Grains;
using BenchFleet.Cluster.Membership;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace BenchFleet.Cluster.Hosting;

/// <summary>
/// How this process is a silo. The settings are those that failures were measured with (docs/cluster.md); what nodes believe about each other
/// never rests on their clocks, since these may differ by minutes.
/// </summary>
internal static class SiloSetup
{
    /// <summary>Heartbeats older than this, by the reader's own clock, are taken for a dead node's: longer than clocks can differ.</summary>
    private static readonly TimeSpan ClockTrust = TimeSpan.FromHours(1);

    public static void Configure(IHostApplicationBuilder builder, ClusterSettings settings)
    {
        var database = new ClusterSchema(settings.Database).ConnectionString;
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database));
            silo.AddActivityPropagation();
#pragma warning disable ORLEANSEXP003 // The default one ends, on every node, whatever was registered with a node that leaves: half of the pools would move twice.
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.AddGrainService<NodeService>();
            silo.Services.AddSerializer(AddWire);
            silo.Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = settings.Name);
            silo.Configure<EndpointOptions>(options => Listen(options, settings.Silo));
            silo.Configure<ClusterMembershipOptions>(options => Watch(options, settings));
            silo.Configure<SiloMessagingOptions>(options =>
            {
                options.ResponseTimeout = settings.Call;
                // Nobody waits for the answer any more, and asks again.
                options.CancelRequestOnTimeout = true;
            });
            // A pool may start elsewhere as soon as its node is declared dead: what a zombie of it writes is fenced by the database.
            silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
            // Coordinators are rebuilt from the database in two queries: an idle one is not kept.
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5));
        });
    }

    public static void AddWire(ISerializerBuilder serializer)
    {
        serializer.AddAssembly(typeof(WireCodec).Assembly);
        serializer.Services
            .AddSingleton<WireCodec>()
            .AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<WireCodec>())
            .AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<WireCodec>())
            .AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<WireCodec>());
        serializer.Configure(options => options.WellKnownTypeAliases[WireCodec.Name] = typeof(WireCodec));
    }

    private static void Listen(EndpointOptions options, IPEndPoint silo)
    {
        options.AdvertisedIPAddress = silo.Address;
        options.SiloPort = silo.Port == 0 ? FreePort(silo.Address) : silo.Port;
        // Every process that calls coordinators is a silo: clients of the cluster do not exist.
        options.GatewayPort = 0;
    }

    private static void Watch(ClusterMembershipOptions options, ClusterSettings settings)
    {
        options.ProbeTimeout = settings.Probe;
        options.MaxProbeTimeout = settings.LongestProbe;
        options.NumMissedProbesLimit = settings.MissedProbes;
        options.NumVotesForDeathDeclaration = settings.Votes;
        options.MaxJoinAttemptTime = settings.Join;
        options.IAmAliveTablePublishTimeout = settings.Heartbeat;
        options.NumMissedTableIAmAliveLimit = (int)Math.Ceiling(ClockTrust / settings.Heartbeat);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        // Compares a start by another clock with ours; a node that dies while it joins is found by its missed probes all the same.
        options.EvictWhenMaxJoinAttemptTimeExceeded = false;
    }

    /// <summary>Somebody else may take it before we do; then this node does not start, and says so.</summary>
    private static int FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
