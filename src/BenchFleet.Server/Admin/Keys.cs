using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>A key is shown in the answer to its creation and never again.</summary>
internal static class KeysSlice
{
    private const int MaxName = 200;
    private const double MaxDays = 36_500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.AdminKeys, Create).Needs(Role.Admin).WithName("CreateKey").WithTags("Admin").WithSummary("Makes an API key.")
            .ProducesProblem(400).ProducesProblem(404);
        routes.MapGet(Routes.AdminKeys, List).Needs(Role.Admin).WithName("ListKeys").WithTags("Admin").WithSummary("Every key, newest first.");
        routes.MapPost(Routes.AdminKeyRevoke, Revoke).Needs(Role.Admin).WithName("RevokeKey").WithTags("Admin").WithSummary("Ends a key.")
            .ProducesProblem(404);
    }

    private static async Task<Results<Ok<KeyCreated>, ProblemHttpResult>> Create(
        CreateKey request, KeyStore keys, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (request.Name.Length is 0 or > MaxName || request.Name.Any(char.IsControl))
            return Refusal.Invalid($"'{request.Name}' is no name for a key: 1 to {MaxName} printable characters are expected.");
        if (request.DaysValid is not (null or (> 0 and <= MaxDays))) return Refusal.Invalid($"daysValid {request.DaysValid} is outside 0..{MaxDays}.");

        var (secret, now) = (Credential.Create(CredentialKind.ApiKey), clock.GetUtcNow());
        DateTimeOffset? expires = request.DaysValid is { } days ? now.AddDays(days) : null;
        var key = new ApiKey(secret.Id, request.Project, request.Role, request.Name, secret.Hash, now, expires, null, null);
        if (!await keys.Add(key, cancel)) return Refusal.NotFound("project", request.Project);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new KeyCreated(key.Id, secret.Reveal(), expires));
    }

    private static async Task<Ok<ImmutableArray<KeyView>>> List(KeyStore keys, CancellationToken cancel) =>
        TypedResults.Ok((await keys.List(cancel)).Select(View).ToImmutableArray());

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> Revoke(Guid key, KeyStore keys, TimeProvider clock, CancellationToken cancel) =>
        await keys.Revoke(key, clock.GetUtcNow(), cancel) ? TypedResults.Ok(View((await keys.Find(key, cancel))!)) : Refusal.NotFound("key", key);

    private static KeyView View(ApiKey key) =>
        new(key.Id, key.Project, key.Role, key.Name, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.LastUsedAt);
}
