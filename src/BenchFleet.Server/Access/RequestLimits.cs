using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using BenchFleet.Contracts;
using BenchFleet.Server.Http;

namespace BenchFleet.Server.Access;

/// <summary>How many requests are taken. Loopback and the bootstrap token are not counted: they are the operator's own.</summary>
/// <param name="PerKeyPerSecond">Of one key or agent, over time. Default 100.</param>
/// <param name="PerKeyBurst">Of one key or agent, at once. Default 1,000.</param>
/// <param name="PerAddressPerSecond">From one address, over time: a laboratory's agents may share one. Default 1,000.</param>
/// <param name="PerAddressBurst">From one address, at once. Default 10,000.</param>
/// <param name="WrongTokensPerMinute">Wrong tokens from one address before none is compared for the rest of the minute. Default 20.</param>
public sealed record RateLimits(
    int PerKeyPerSecond = 100, int PerKeyBurst = 1_000, int PerAddressPerSecond = 1_000, int PerAddressBurst = 10_000, int WrongTokensPerMinute = 20)
{
    public static RateLimits Default { get; } = new();
}

internal static class RequestLimits
{
    /// <summary>Long polls take 25 s at most; whatever else takes longer than this is lost.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(100);

    public static IServiceCollection AddRequestLimits(this IServiceCollection services, RateLimits limits) => services
        .AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = LongestRequest, TimeoutStatusCode = StatusCodes.Status504GatewayTimeout })
        .AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(http => Address(http) is { } address
                    ? Bucket(address, limits.PerAddressPerSecond, limits.PerAddressBurst) : RateLimitPartition.GetNoLimiter("")),
                PartitionedRateLimiter.Create<HttpContext, string>(http => Key(http) is { } key
                    ? Bucket(key, limits.PerKeyPerSecond, limits.PerKeyBurst) : RateLimitPartition.GetNoLimiter("")));
            limiter.OnRejected = async (rejected, _) =>
            {
                var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)after.TotalSeconds) : 1;
                rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                await Refusal.Problem(Problems.TooManyRequests, $"Too many requests: try again in {seconds} s.").ExecuteAsync(rejected.HttpContext);
            };
        });

    private static RateLimitPartition<string> Bucket(string name, int perSecond, int burst) => RateLimitPartition.GetTokenBucketLimiter(
        name, _ => new TokenBucketRateLimiterOptions { TokenLimit = burst, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });

    private static string? Address(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address) ? address.ToString() : null;

    private static string? Key(HttpContext http) =>
        http.Features.Get<Caller>() is { } caller && caller.Name is not (Caller.Local or Caller.Bootstrap or Caller.Nobody) ? caller.Name : null;
}
