using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Routing.Patterns;

namespace BenchFleet.Server.Access;

/// <summary>
/// Notes every write with who, what, when, from where and how it ended. What was sent is not noted: bodies and headers may be secret.
/// Requests of nobody known are not noted either, so that a stranger cannot fill the disk.
/// </summary>
internal sealed class AuditLog(RequestDelegate next, AuditStore audit, TimeProvider clock)
{
    private const int MaxTarget = 300;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (IsNoted(context)) await audit.Add(Entry(context), CancellationToken.None);
        }
    }

    private static bool IsNoted(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.Features.Get<Caller>() is { } caller && (caller.Name != Caller.Nobody || context.Response.StatusCode < 400)
        && context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<RouteAccess>() is { Audited: true };

    private AuditEntry Entry(HttpContext context)
    {
        var (caller, endpoint) = (Caller.Of(context), (RouteEndpoint)context.GetEndpoint()!);
        var action = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? Text(endpoint.RoutePattern);
        var target = context.Request.Path.ToString();
        return new AuditEntry(
            clock.GetUtcNow(), caller.Name, caller.Project, action, target.Length <= MaxTarget ? target : target[..MaxTarget],
            context.Response.StatusCode, $"{context.Connection.RemoteIpAddress}");
    }

    private static string Text(RoutePattern pattern) => pattern.RawText ?? "";
}
