using BenchFleet.Contracts;
using BenchFleet.Contracts.Artifacts;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Server.Telemetry;
using BenchFleet.Storage.Artifacts;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Artifacts;

/// <summary>
/// Uploads in pieces: GET says how much is there, PATCH appends a piece at an offset. A piece at another offset is answered with the right
/// one, so a client that lost an answer goes on without asking.
/// </summary>
internal static class UploadArtifact
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.ArtifactUpload, Status).NeedsAgentOr(Role.Submitter).WithName("ShowUpload").WithTags("Artifacts")
            .WithSummary("How much of an artefact has arrived.").ProducesProblem(400);
        routes.MapPatch(Routes.ArtifactUpload, Append).NeedsAgentOr(Role.Submitter).DisableRequestTimeout().WithName("AppendUpload").WithTags("Artifacts")
            .WithSummary("Appends the request's body at an offset.")
            .ProducesProblem(400).ProducesProblem(413).ProducesProblem(422).ProducesProblem(507);
    }

    private static async Task<Results<Ok<UploadStatus>, ProblemHttpResult>> Status(
        string hash, Caller caller, OwnershipStore owners, IArtifactStore artifacts, CancellationToken cancel)
    {
        if (!ContentHash.TryParse(hash, out var wanted)) return Refusal.Invalid(DownloadArtifact.NoHash(hash));
        var status = await artifacts.Status(wanted, await Claimant(caller, wanted, owners, cancel), cancel);
        return TypedResults.Ok(new UploadStatus(status.Offset, status.Complete));
    }

    private static async Task<Results<Ok<UploadStatus>, ProblemHttpResult>> Append(
        string hash, long offset, long size, HttpContext http, Caller caller, OwnershipStore owners, IArtifactStore artifacts,
        ServerOptions options, ServerMetrics metrics, CancellationToken cancel)
    {
        if (!ContentHash.TryParse(hash, out var wanted)) return Refusal.Invalid(DownloadArtifact.NoHash(hash));
        if (size < 0 || offset < 0 || offset > size) return Refusal.Invalid($"Offset {offset} of size {size} is no place in a file.");

        // The piece is streamed to disk and counted there; the limit for JSON does not apply.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.MaxPieceBytes;
        var claimant = await Claimant(caller, wanted, owners, cancel);
        var before = (await artifacts.Status(wanted, claimant, cancel)).Offset;
        var result = await artifacts.Append(wanted, offset, size, http.Request.Body, options.MaxPieceBytes, cancel, claimant);
        if (result is AppendResult.Completed && claimant is not null) await owners.Grant(claimant, [wanted], cancel);
        metrics.Uploaded(Math.Max(0, Sent(result, before) - before));
        return result switch
        {
            AppendResult.Stored stored => TypedResults.Ok(new UploadStatus(stored.Offset, false)),
            AppendResult.Completed done => TypedResults.Ok(new UploadStatus(done.SizeBytes, true)),
            AppendResult.WrongOffset wrong => TypedResults.Ok(new UploadStatus(wrong.Offset, false)),
            AppendResult.Busy =>
                Refusal.Problem(Problems.Unavailable, $"Somebody else is uploading '{hash}' just now; ask for its status later."),
            AppendResult.Corrupt corrupt =>
                Refusal.Problem(Problems.CorruptArtifact, $"The content's hash is {corrupt.Actual}, not {hash}; it was thrown away."),
            AppendResult.TooLarge large =>
                Refusal.Problem(Problems.TooLarge,
                    $"More than the {large.MaxBytes} bytes that are allowed were sent or announced (size {size})."),
            AppendResult.DiskFull =>
                Refusal.Problem(Problems.DiskFull, $"The server's disk is full; '{hash}' can be continued when there is room."),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is not known."),
        };
    }

    /// <summary>Null when it is the caller's already; else it has to send every byte, even of what somebody else has sent.</summary>
    private static async Task<ArtifactOwner?> Claimant(Caller caller, ContentHash hash, OwnershipStore owners, CancellationToken cancel) =>
        await owners.Has(caller.Owner, hash, cancel) ? null : caller.Owner;

    private static long Sent(AppendResult result, long before) => result switch
    {
        AppendResult.Stored stored => stored.Offset,
        AppendResult.Completed done => done.SizeBytes,
        _ => before,
    };
}
