using BenchFleet.Core.Access;
using Microsoft.AspNetCore.Http.Metadata;

namespace BenchFleet.Server.Access;

/// <summary>Who may use a route. Every route says so; one that does not lets nobody in, and the server does not start with it.</summary>
/// <param name="Least">The least role that may; null: no key is asked for.</param>
/// <param name="Agents">Enrolled agents may as well.</param>
/// <param name="Audited">Writes are noted in the audit log. Not so the chatter of agents, each line of which is an attempt's own record.</param>
internal sealed record RouteAccess(Role? Least, bool Agents, bool Audited);

internal static class RouteAccessDeclarations
{
    public static T Public<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(null, false, true));

    public static T Needs<T>(this T route, Role least) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new RouteAccess(least, false, true));

    /// <summary>For agents. An admin may too: the token that a server is started with serves its first agents.</summary>
    public static T NeedsAgent<T>(this T route, bool audited = false) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new RouteAccess(Role.Admin, true, audited));

    /// <summary>For agents as well as for people of this role.</summary>
    public static T NeedsAgentOr<T>(this T route, Role least) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new RouteAccess(least, true, false));

    /// <summary>Takes bodies up to the server's limit for JSON, where others take <see cref="BodyLimit.Usual"/>.</summary>
    public static T TakesLargeJson<T>(this T route, IEndpointRouteBuilder routes) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new BodyLimit(routes.ServiceProvider.GetRequiredService<ServerOptions>().MaxJsonBytes));
}

internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata
{
    /// <summary>4 MiB: a sweep of a thousand long recipes and more.</summary>
    public const long Usual = 4L << 20;
}
