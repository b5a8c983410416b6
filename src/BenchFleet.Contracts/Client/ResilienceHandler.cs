using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace BenchFleet.Contracts.Client;

/// <summary>
/// Retry with jittered exponential backoff inside a circuit breaker, a time limit on every try. Every call of the interface is idempotent
/// (agent calls by session and attempt, submissions by their id, uploads by their offset), so every call may be tried again.
/// </summary>
public sealed class ResilienceHandler : DelegatingHandler
{
    /// <summary>Header that carries how long the server may hold a request, seconds; a try is given that much more time.</summary>
    public const string WaitHeader = "BenchFleet-Wait";

    private static readonly ResiliencePropertyKey<TimeSpan> TryTimeout = new("try-timeout");

    private const int KnocksPerRetry = 3;

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly TimeSpan _tryTimeout;

    public ResilienceHandler(HttpMessageHandler inner, ResilienceSettings settings, TimeProvider time) : base(inner)
    {
        _tryTimeout = settings.TryTimeout;
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = settings.Retries,
                Delay = settings.FirstDelay,
                MaxDelay = settings.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = Transient(),
            })
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = settings.Retries * KnocksPerRetry,
                Delay = settings.Knock,
                BackoffType = DelayBackoffType.Constant,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>(IsNobodyThere),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.9,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = settings.BreakDuration,
                ShouldHandle = Transient().Handle<HttpRequestException>(IsNobodyThere),
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = arguments =>
                    ValueTask.FromResult(arguments.Context.Properties.GetValue(TryTimeout, settings.TryTimeout)),
            })
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(TryTimeout, _tryTimeout + WaitOf(request));
        try
        {
            return await _pipeline.ExecuteAsync(async ctx => await base.SendAsync(request, ctx.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static TimeSpan WaitOf(HttpRequestMessage request) =>
        request.Headers.TryGetValues(WaitHeader, out var values)
            && double.TryParse(values.First(), System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;

    // A server that starts again, on most days: it is found soon after it is up, and until then a try costs neither side anything.
    private static bool IsNobodyThere(HttpRequestException fault) => fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private static PredicateBuilder<HttpResponseMessage> Transient() => new PredicateBuilder<HttpResponseMessage>()
        .Handle<HttpRequestException>(fault => !IsNobodyThere(fault))
        .Handle<TimeoutRejectedException>()
        .HandleResult(response => response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);
}

/// <param name="TryTimeout">Limit on one try, besides what the server was allowed to wait. Default 10 s.</param>
/// <param name="Retries">Tries after the first. Default 8: about six seconds.</param>
/// <param name="FirstDelay">Before the first retry, doubled each time. Default 200 ms.</param>
/// <param name="LongestDelay">Default 1 s.</param>
/// <param name="BreakDuration">How long nothing is tried once nearly everything failed. Default 1 s.</param>
public sealed record ResilienceSettings(
    TimeSpan TryTimeout, int Retries, TimeSpan FirstDelay, TimeSpan LongestDelay, TimeSpan BreakDuration)
{
    /// <summary>Between tries at an address where nobody listens, three times as many as <see cref="Retries"/>. Default 250 ms.</summary>
    public TimeSpan Knock { get; init; } = TimeSpan.FromMilliseconds(250);

    public static ResilienceSettings Default { get; } =
        new(TimeSpan.FromSeconds(10), 8, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    /// <summary>Where another address may answer instead: it is asked soon.</summary>
    public static ResilienceSettings WithAlternatives { get; } = Default with { TryTimeout = TimeSpan.FromSeconds(4), FirstDelay = TimeSpan.FromMilliseconds(100) };
}
