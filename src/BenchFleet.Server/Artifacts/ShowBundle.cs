using BenchFleet.Contracts;
using BenchFleet.Core.Access;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Artifacts;

/// <summary>What files a bundle has: orders name bundles by hash, agents fetch their files.</summary>
internal static class ShowBundle
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.Bundle, Handle).NeedsAgentOr(Role.Viewer)
        .WithName("ShowBundle").WithTags("Artifacts").WithSummary("The file list of a bundle.").ProducesProblem(400).ProducesProblem(404);

    private static async Task<Results<Ok<Bundle>, ProblemHttpResult>> Handle(
        string hash, Caller caller, ArtifactAccess access, BundleStore bundles, CancellationToken cancel)
    {
        if (!ContentHash.TryParse(hash, out var wanted)) return Refusal.Invalid(DownloadArtifact.NoHash(hash));
        if (!await access.MayRead(caller, wanted, cancel)) return Refusal.NotFound("bundle", hash);
        return await bundles.Find(wanted, cancel) is { } bundle ? TypedResults.Ok(bundle) : Refusal.NotFound("bundle", hash);
    }
}
