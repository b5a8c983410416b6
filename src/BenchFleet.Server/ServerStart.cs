using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using BenchFleet.Cluster;
using Microsoft.AspNetCore.Connections;

namespace BenchFleet.Server;

/// <summary>A server that runs, or the sentence that says why it does not.</summary>
public abstract record ServerStart
{
    private ServerStart() { }

    public sealed record Started(RunningServer Server) : ServerStart;

    public sealed record Refused(string Reason) : ServerStart;

    public static async Task<ServerStart> Run(ServerOptions options, CancellationToken cancel)
    {
        if (options.Refuse() is { } reason) return new Refused(reason);

        WebApplication? app = null;
        try
        {
            app = BenchFleetServer.Create(options);
            await app.StartAsync(cancel);
            return new Started(new RunningServer(app));
        }
        catch (Exception fault) when (Sentence(fault, options) is { } sentence)
        {
            if (app is not null) await app.DisposeAsync();
            return new Refused(sentence);
        }
    }

    /// <summary>Null for what is nobody's fault but ours.</summary>
    private static string? Sentence(Exception fault, ServerOptions options) => fault switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"{string.Join(" or ", options.Urls)} is in use: stop what listens there, or choose another port.",
        IOException { InnerException: SocketException inner } =>
            $"{string.Join(" or ", options.Urls)} cannot be listened on: {inner.Message}.",
        SocketException refused => $"{string.Join(" or ", options.Urls)} cannot be listened on: {refused.Message}.",
        FileNotFoundException missing when missing.FileName == options.Certificate || missing.FileName == options.CertificateKey =>
            $"There is no file '{missing.FileName}'.",
        // An assembly that is not there is no fault of the data folder's.
        FileNotFoundException => null,
        UnauthorizedAccessException or IOException => $"The data folder '{options.DataFolder}' cannot be used: {fault.Message}",
        CryptographicException => $"The certificate '{options.Certificate}' cannot be used with its key: {fault.Message}",
        DbException => $"The database cannot be used: {fault.Message}",
        _ => ClusterEngine.Sentence(fault),
    };
}

/// <summary>A started server; disposing of it stops it gracefully.</summary>
public sealed class RunningServer(WebApplication app) : IAsyncDisposable
{
    public WebApplication App => app;

    /// <summary>The first address that it listens on, with its real port.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Ends when somebody asks the server to stop.</summary>
    public Task Stopped(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        // First of all nothing new is handed out: only then does the rest stop, piece by piece.
        app.Lifetime.StopApplication();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
