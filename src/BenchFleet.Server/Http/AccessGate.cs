using System.Net;
using System.Security.Cryptography;
using System.Text;
using BenchFleet.Contracts;

namespace BenchFleet.Server.Http;

/// <summary>
/// Lets in who has the token. Without one the server listens on loopback only, and then the request has to name a loopback host as well:
/// otherwise a web page could reach it through a name of its own that resolves to 127.0.0.1 (DNS rebinding).
/// </summary>
internal sealed class AccessGate(RequestDelegate next, ServerOptions options)
{
    private readonly byte[]? _digest = options.Token is { } token ? Digest(token) : null;

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path == Routes.Live || path == Routes.Ready) return next(context);
        if (_digest is null)
            return IsLoopback(context.Request.Host.Host) ? next(context)
                : Refusal.Invalid($"This server answers to loopback names only, not to '{context.Request.Host}'.").ExecuteAsync(context);

        const string scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        var right = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            // Digests have one length, so that the comparison takes one time.
            && CryptographicOperations.FixedTimeEquals(Digest(header[scheme.Length..].Trim()), _digest);
        if (right) return next(context);

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refusal.Problem(Problems.Unauthorized,
            header.Length == 0 ? "The request carries no bearer token." : "The token is not the server's.").ExecuteAsync(context);
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
