using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using BenchFleet.Contracts;
using BenchFleet.Core.Access;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Access;

namespace BenchFleet.Server.Access;

/// <summary>Who somebody is.</summary>
internal abstract record Identity
{
    private Identity() { }

    public sealed record Known(Caller Caller) : Identity;

    /// <param name="Problem">One of <see cref="Problems"/>.</param>
    public sealed record Unknown(string Problem, string Reason) : Identity;
}

/// <summary>
/// Turns what a request carries into a caller. A server without a token listens on loopback only and takes who comes without a key for its
/// own user; the request has to name a loopback host then: otherwise a web page could reach it through a name of its own that resolves to
/// 127.0.0.1 (DNS rebinding).
/// </summary>
internal sealed class Authenticator(ServerOptions options, KeyStore keys, EnrolmentStore enrolments) : IDisposable
{
    private const string Scheme = "Bearer ";

    private static readonly Identity.Unknown Wrong = new(Problems.Unauthorized, "The key is not known here, was revoked, or has expired.");
    private static readonly Identity.Unknown Missing = new(Problems.Unauthorized, "The request carries no bearer token.");
    private static readonly Identity.Unknown Guessing = new(Problems.TooManyRequests, "Too many wrong tokens came from this address: wait a minute.");

    /// <summary>When a key was last used is for people, who do not need it to the second.</summary>
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    private readonly byte[]? _bootstrap = options.Token is { } token ? Digest(token) : null;

    // Only what a person made up can be guessed; our own keys are 256 random bits and are never held up by somebody else's wrong ones.
    private readonly PartitionedRateLimiter<string> _guesses = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.RateLimits.WrongTokensPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    public async Task<Identity> Identify(HttpContext http, CancellationToken cancel)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return Nobody(http.Request);
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return Missing;

        var shown = header[Scheme.Length..].Trim();
        return Credential.Parse(shown) switch
        {
            { Kind: CredentialKind.ApiKey } key => await Key(key, cancel),
            { Kind: CredentialKind.Agent } agent => await Agent(agent, cancel),
            { } => Wrong,
            null => Token(shown, $"{http.Connection.RemoteIpAddress}"),
        };
    }

    public void Dispose() => _guesses.Dispose();

    private Identity Token(string shown, string address)
    {
        using (var left = _guesses.AttemptAcquire(address, permitCount: 0))
            if (!left.IsAcquired) return Guessing;
        // Digests have one length, so that the comparison takes one time.
        if (_bootstrap is not null && CryptographicOperations.FixedTimeEquals(Digest(shown), _bootstrap))
            return new Identity.Known(new Caller(Caller.Bootstrap, Project.Default, Role.Admin));

        _guesses.AttemptAcquire(address).Dispose();
        return Wrong;
    }

    private Identity Nobody(HttpRequest request) =>
        _bootstrap is not null ? Missing
        : IsLoopback(request.Host.Host) ? new Identity.Known(new Caller(Caller.Local, Project.Default, Role.Admin))
        : new Identity.Unknown(Problems.Invalid, $"This server answers to loopback names only, not to '{request.Host}'.");

    private async Task<Identity> Key(Credential shown, CancellationToken cancel)
    {
        var now = options.Clock.GetUtcNow();
        if (await keys.Find(shown.Id, cancel) is not { } key || !shown.Matches(key.SecretHash) || key.RevokedAt is not null || key.ExpiresAt <= now)
            return Wrong;
        if (IsDue(key.LastUsedAt, now)) await keys.Touch(key.Id, now, cancel);
        return new Identity.Known(new Caller($"key {key.Name} ({key.Id})", key.Project, key.Role));
    }

    private async Task<Identity> Agent(Credential shown, CancellationToken cancel)
    {
        var now = options.Clock.GetUtcNow();
        if (await enrolments.FindCredential(shown.Id, cancel) is not { } credential || !shown.Matches(credential.SecretHash) || credential.RevokedAt is not null)
            return Wrong;
        if (IsDue(credential.LastUsedAt, now)) await enrolments.Touch(credential, now, cancel);
        return new Identity.Known(new Caller($"agent {credential.AgentName} ({credential.Agent})", Project.Default, null, credential.Agent, credential.Id));
    }

    private static bool IsDue(DateTimeOffset? last, DateTimeOffset now) => last is null || now - last > NotedEvery;

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
