using BenchFleet.Contracts;
using BenchFleet.Core.Artifacts;
using BenchFleet.Server.Artifacts;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Library;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Library;

/// <summary>What models and datasets have in common when they are added.</summary>
internal static class LibraryAnswers
{
    public static async Task<ProblemHttpResult?> Take(BundleStore bundles, Bundle bundle, ArtifactOwner owner, CancellationToken cancel)
    {
        if (await bundles.Refuse(bundle, owner, cancel) is { } refusal)
            return Refusal.Problem(refusal.Incomplete ? Problems.CorruptArtifact : Problems.Invalid, refusal.Reason);
        return await bundles.Save(bundle, owner, cancel) switch
        {
            AppendResult.Completed => null,
            AppendResult.DiskFull => Refusal.Problem(Problems.DiskFull, "The server's disk is full."),
            _ => Refusal.Problem(Problems.Unavailable, $"The list of bundle {bundle.Hash} is being written by somebody else; try again."),
        };
    }

    public static ProblemHttpResult? Conflict(AddResult result, string what, string name) => result is AddResult.NameTaken taken
        ? Refusal.Problem(Problems.Conflict, $"Other content ({taken.Existing.Short}…) is known as {what} '{name}': choose another name.")
        : null;
}
