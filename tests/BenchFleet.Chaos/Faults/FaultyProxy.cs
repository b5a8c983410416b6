using BenchFleet.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Chaos.Faults;

/// <summary>
/// The network between agents and one node: requests are dropped, answered into the void, sent twice, and delayed until others overtake
/// them, even when whoever sent them has given up meanwhile.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const double LatestSeconds = 8;

    private readonly Lock _lock = new();
    private readonly SplitMix64 _random;
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    private FaultyProxy(WebApplication app, ulong seed) => (_app, _random) = (app, new SplitMix64(seed));

    /// <summary>Stays as it is, wherever the node goes.</summary>
    public string Address => _app.Urls.First();

    public Uri Target { get; set; } = new("http://127.0.0.1:1");

    public Weather Weather { get; set; } = Weather.Usual;

    public static async Task<FaultyProxy> Start(ulong seed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var proxy = new FaultyProxy(app, seed);
        app.Run(proxy.Handle);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task Handle(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new Passed(
            context.Request.Method, context.Request.Path + context.Request.QueryString.Value, body.ToArray(), context.Request.ContentType,
            [.. context.Request.Headers.Where(header => header.Key is "Range" or "BenchFleet-Wait").Select(header => (header.Key, header.Value.ToString()))]);

        var (luck, delay, weather) = (Unit(), TimeSpan.FromSeconds(Unit() * LatestSeconds), Weather);
        if ((luck -= weather.Lost) < 0)
        {
            context.Abort();
        }
        else if ((luck -= weather.AnswerLost) < 0)
        {
            await Quietly(Send(request, CancellationToken.None));
            context.Abort();
        }
        else if ((luck -= weather.Late) < 0)
        {
            await Task.Delay(delay);
            await Answer(context, request, CancellationToken.None);
        }
        else
        {
            if (luck - weather.Twice < 0) _ = Again(request, delay);
            await Answer(context, request, context.RequestAborted);
        }
    }

    private async Task Again(Passed request, TimeSpan after)
    {
        await Task.Delay(after);
        await Quietly(Send(request, CancellationToken.None));
    }

    private async Task Answer(HttpContext context, Passed request, CancellationToken cancel)
    {
        try
        {
            using var answer = await Send(request, cancel);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, cancel);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task<HttpResponseMessage> Send(Passed passed, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(new HttpMethod(passed.Method), new Uri(Target, passed.Path));
        if (passed.ContentType is not null || passed.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(passed.Body);
            if (passed.ContentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", passed.ContentType);
        }

        foreach (var (name, value) in passed.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, cancel);
    }

    private static async Task Quietly(Task<HttpResponseMessage> sent)
    {
        try
        {
            using var _ = await sent;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            // Nobody waits for it.
        }
    }

    private double Unit()
    {
        lock (_lock) return _random.NextDouble();
    }

    private sealed record Passed(string Method, string Path, byte[] Body, string? ContentType, (string Name, string Value)[] Headers);
}
