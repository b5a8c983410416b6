using BenchFleet.Cluster;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Server.Admin;
using BenchFleet.Server.Agents;
using BenchFleet.Server.Artifacts;
using BenchFleet.Server.Devices;
using BenchFleet.Server.Health;
using BenchFleet.Server.Http;
using BenchFleet.Server.Library;
using BenchFleet.Server.Retention;
using BenchFleet.Server.Sweeps;
using BenchFleet.Server.Telemetry;
using BenchFleet.Storage;
using BenchFleet.Storage.Artifacts;
using Microsoft.Extensions.Logging.Console;

namespace BenchFleet.Server;

/// <summary>The server as a library: the command line runs it in its own process, tests and containers too.</summary>
public static class BenchFleetServer
{
    /// <summary>
    /// A server that is ready to be started. Nothing is read from the environment or the working folder: the options are all there is.
    /// <see cref="ServerStart"/> starts one and turns what can go wrong into sentences.
    /// </summary>
    public static WebApplication Create(ServerOptions options)
    {
        if (options.Refuse() is { } reason) throw new ArgumentException(reason, nameof(options));

        var folder = Directory.CreateDirectory(options.DataFolder).FullName;
        var nothing = new WebApplicationOptions { ApplicationName = "BenchFleet.Server", ContentRootPath = folder };
        var builder = WebApplication.CreateEmptyBuilder(nothing);
        var certificate = options.LoadCertificate();
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (certificate is not null) kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
            kestrel.Limits.MaxRequestBodySize = Math.Min(options.MaxJsonBytes, BodyLimit.Usual);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Logging.SetMinimumLevel(options.LogLevel).AddSimpleConsole(console => console.SingleLine = true)
            // What these two report as errors comes to us as exceptions as well, and is said once, in words.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical);
        if (options.LogProvider is { } provider) builder.Logging.AddProvider(provider);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        AddServices(builder, options, folder);

        var app = builder.Build();
        // It counts from the start on, not from the first time somebody looks.
        app.Services.GetRequiredService<PrometheusText>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseMiddleware<AuditLog>();
        app.UseMiddleware<AccessGate>();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        Map(app);
        RefuseUndeclared(app);
        return app;
    }

    /// <summary>A route that does not say who may use it is a fault of ours, found before anybody can reach it.</summary>
    private static void RefuseUndeclared(IEndpointRouteBuilder routes)
    {
        var open = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .FirstOrDefault(endpoint => endpoint.Metadata.GetMetadata<RouteAccess>() is null);
        if (open is not null) throw new InvalidOperationException($"The route {open.RoutePattern.RawText} does not say who may use it.");
    }

    private static void AddServices(WebApplicationBuilder builder, ServerOptions options, string folder)
    {
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5) + (options.Cluster?.LeaveWithin ?? TimeSpan.Zero));
        services.AddRouting();
        services.ConfigureHttpJsonOptions(json => CanonicalJson.Configure(json.SerializerOptions));
        services.AddBenchFleetProblems();
        services.AddBenchFleetOpenApi();
        services.AddMetrics();
        services.AddRequestLimits(options.RateLimits);
        services.AddSingleton<Authenticator>().AddSingleton<ArtifactAccess>();

        var shared = options.PostgreSql is null ? null : new DatabaseClock(options.Clock);
        if (shared is not null) options = options with { Clock = shared };
        services.AddSingleton(options).AddSingleton(options.Clock);
        services.AddBenchFleetStorage(options.Database);
        services.AddBenchFleetArtifacts(new ArtifactStoreOptions(Path.Combine(folder, "artifacts"), options.MaxArtifactBytes), options.Bucket);

        // Before the engine: it is hosted services that start in the order in which they were added.
        services.AddHostedService<DatabaseStart>();
        if (shared is not null) services.AddSingleton(shared).AddHostedService<ClockKeeper>();
        if (options.Cluster is { } cluster) builder.AddClusterEngine(cluster, options.Engine);
        else services.AddInProcessEngine(options.Engine);
        services.AddHostedService<RetentionService>();
        services.AddSingleton<ServerMetrics>().AddSingleton<PrometheusText>();
        services.AddSingleton<BundleStore>().AddSingleton<ModelReader>().AddSingleton<SweepResolver>().AddSingleton<SweepViews>()
            .AddSingleton<SweepBoards>();
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        HealthChecks.Map(routes);
        MetricsPage.Map(routes);
        routes.MapOpenApi(Contracts.Routes.OpenApi.Replace("v1", "{documentName}", StringComparison.Ordinal)).Needs(Role.Viewer);

        DownloadArtifact.Map(routes);
        UploadArtifact.Map(routes);
        ShowBundle.Map(routes);
        AddModelSlice.Map(routes);
        ShowModels.Map(routes);
        AddDatasetSlice.Map(routes);
        ShowDatasets.Map(routes);
        ListDevices.Map(routes);

        SubmitSweepSlice.Map(routes);
        ShowSweeps.Map(routes);
        CancelSweep.Map(routes);
        WatchSweep.Map(routes);
        ListTrials.Map(routes);
        ListLaunches.Map(routes);
        ShowLeaderboards.Map(routes);
        ExportSweep.Map(routes);

        ProjectsSlice.Map(routes);
        KeysSlice.Map(routes);
        TokensSlice.Map(routes);
        AgentsSlice.Map(routes);
        DeviceServiceSlice.Map(routes);
        ShowQueue.Map(routes);
        ShowAudit.Map(routes);
        PruneSlice.Map(routes);

        EnrolAgentSlice.Map(routes);
        RotateCredentialSlice.Map(routes);
        RegisterAgentSlice.Map(routes);
        LeaseWorkSlice.Map(routes);
        HeartbeatSlice.Map(routes);
        CommitWorkSlice.Map(routes);
    }
}
