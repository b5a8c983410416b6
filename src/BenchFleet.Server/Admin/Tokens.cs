using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>One-time tokens for the enrolment of agents.</summary>
internal static class TokensSlice
{
    private const int MaxName = 200;
    private const double MaxHours = 24 * 90;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.AdminTokens, Create).Needs(Role.Admin).WithName("CreateToken").WithTags("Admin")
            .WithSummary("Makes a token that lets one agent in.").ProducesProblem(400);
        routes.MapGet(Routes.AdminTokens, List).Needs(Role.Admin).WithName("ListTokens").WithTags("Admin")
            .WithSummary("Every enrolment token and whom it let in.");
    }

    private static async Task<Results<Ok<TokenCreated>, ProblemHttpResult>> Create(
        CreateToken request, EnrolmentStore enrolments, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        if (request.Name.Length is 0 or > MaxName || request.Name.Any(char.IsControl))
            return Refusal.Invalid($"'{request.Name}' is no name for a token: 1 to {MaxName} printable characters are expected.");
        if (request.HoursValid is not (> 0 and <= MaxHours)) return Refusal.Invalid($"hoursValid {request.HoursValid} is outside 0..{MaxHours}.");

        var (token, now) = (Credential.Create(CredentialKind.EnrolmentToken), clock.GetUtcNow());
        var expires = now.AddHours(request.HoursValid);
        await enrolments.AddToken(token.Id, request.Name, token.Hash, now, expires, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TokenCreated(token.Id, token.Reveal(), expires));
    }

    private static async Task<Ok<ImmutableArray<TokenView>>> List(EnrolmentStore enrolments, CancellationToken cancel) =>
        TypedResults.Ok((await enrolments.ListTokens(cancel)).Select(token =>
            new TokenView(token.Id, token.Name, token.CreatedAt, token.ExpiresAt, token.UsedAt, token.UsedBy)).ToImmutableArray());
}
