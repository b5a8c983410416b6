using BenchFleet.Contracts;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Artifacts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace BenchFleet.Server.Artifacts;

/// <summary>GET and HEAD with ranges. The content is not hashed again: whoever asks by hash can check it, and does.</summary>
internal static class DownloadArtifact
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Routes.Artifact, ["GET", "HEAD"], Handle)
        .WithTags("Artifacts").WithSummary("The content with this hash; ranges are served.").ProducesProblem(400).ProducesProblem(404);

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Handle(string hash, ArtifactStore artifacts,
        CancellationToken cancel)
    {
        if (!ContentHash.TryParse(hash, out var wanted)) return Refusal.Invalid(NoHash(hash));
        return await artifacts.Open(wanted, verify: false, cancel) is OpenResult.Opened opened
            ? TypedResults.Stream(opened.Content, "application/octet-stream", entityTag: Tag(wanted), enableRangeProcessing: true)
            : Refusal.NotFound("artefact", hash);
    }

    private static EntityTagHeaderValue Tag(ContentHash hash) => new($"\"{hash.Hex}\"");

    public static string NoHash(string text) => $"'{text}' is not a content hash: 64 lower-case hexadecimal digits are expected.";
}
