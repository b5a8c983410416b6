using System.Collections.Concurrent;
using BenchFleet.Contracts.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Contracts.Tests.Client;

/// <summary>A real server on a loopback port that gives the answers it was told, one per request; the last one is repeated.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestDelegate> _answers = new();
    private RequestDelegate _last = Status(StatusCodes.Status404NotFound);

    private ScriptedServer(WebApplication app) => _app = app;

    /// <summary>Method, path and query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<ScriptedServer> Start(params RequestDelegate[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ScriptedServer(app);
        foreach (var answer in answers) server._answers.Enqueue(answer);
        app.Run(server.Answer);
        await app.StartAsync();
        return server;
    }

    /// <summary>A client that retries without waiting.</summary>
    public BenchFleetClient Client(int retries = 4, TimeSpan? tryTimeout = null) =>
        BenchFleetClient.Create(Address, settings: new ResilienceSettings(
            tryTimeout ?? TimeSpan.FromSeconds(30), retries, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1))
        {
            Knock = TimeSpan.FromMilliseconds(1),
        });

    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static RequestDelegate Text(string body, string contentType = "application/json", int status = 200) => context =>
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
        return context.Response.WriteAsync(body);
    };

    public static RequestDelegate Bytes(byte[] body, bool ranges = true) => async context =>
    {
        var from = ranges && context.Request.GetTypedHeaders().Range is { } range ? (int)range.Ranges.First().From!.Value : 0;
        if (from > 0) context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.ContentLength = body.Length - from;
        await context.Response.Body.WriteAsync(body.AsMemory(from));
    };

    /// <summary>Announces everything, sends a part and cuts the connection.</summary>
    public static RequestDelegate Cut(byte[] body, int after) => async context =>
    {
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, after));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (_answers.TryDequeue(out var next)) _last = next;
        await _last(context);
    }
}
