using BenchFleet.Contracts;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Artifacts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace BenchFleet.Server.Artifacts;

/// <summary>GET and HEAD with ranges, of contents that the caller's project or orders refer to. The content is not hashed again: whoever asks by hash can check it, and does.</summary>
internal static class DownloadArtifact
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Routes.Artifact, ["GET", "HEAD"], Handle).NeedsAgentOr(Role.Viewer).DisableRequestTimeout()
        .WithTags("Artifacts").WithSummary("The content with this hash; ranges are served.").ProducesProblem(400).ProducesProblem(404);

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Handle(string hash, Caller caller, ArtifactAccess access,
        IArtifactStore artifacts, CancellationToken cancel)
    {
        if (!ContentHash.TryParse(hash, out var wanted)) return Refusal.Invalid(NoHash(hash));
        if (!await access.MayRead(caller, wanted, cancel)) return Refusal.NotFound("artefact", hash);
        return await artifacts.Open(wanted, verify: false, cancel) is OpenResult.Opened opened
            ? TypedResults.Stream(opened.Content, "application/octet-stream", entityTag: Tag(wanted), enableRangeProcessing: true)
            : Refusal.NotFound("artefact", hash);
    }

    private static EntityTagHeaderValue Tag(ContentHash hash) => new($"\"{hash.Hex}\"");

    public static string NoHash(string text) => $"'{text}' is not a content hash: 64 lower-case hexadecimal digits are expected.";
}
