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
        catch (Exception fault)
        {
            // The answer is written further out.
            await Note(context, fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError);
            throw;
        }

        await Note(context, context.Response.StatusCode);
    }

    private async Task Note(HttpContext context, int status)
    {
        if (IsNoted(context, status)) await audit.Add(Entry(context, status), CancellationToken.None);
    }

    private static bool IsNoted(HttpContext context, int status) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.Features.Get<Caller>() is { } caller && (caller.Name != Caller.Nobody || status < 400) && status != StatusCodes.Status429TooManyRequests
        && context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<RouteAccess>() is { Audited: true };

    private AuditEntry Entry(HttpContext context, int status)
    {
        var (caller, endpoint) = (Caller.Of(context), (RouteEndpoint)context.GetEndpoint()!);
        var action = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? Text(endpoint.RoutePattern);
        var target = context.Request.Path.ToString();
        return new AuditEntry(
            clock.GetUtcNow(), caller.Name, caller.Project, action, target.Length <= MaxTarget ? target : target[..MaxTarget],
            status, $"{context.Connection.RemoteIpAddress}");
    }

    private static string Text(RoutePattern pattern) => pattern.RawText ?? "";
}
