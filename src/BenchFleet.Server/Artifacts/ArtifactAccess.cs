using BenchFleet.Core.Hashing;
using BenchFleet.Server.Access;
using BenchFleet.Storage.Artifacts;

namespace BenchFleet.Server.Artifacts;

/// <summary>Whose content may be read: a project's own, what an agent's orders name, and everything for an admin.</summary>
internal sealed class ArtifactAccess(OwnershipStore owners, BundleStore bundles)
{
    public async Task<bool> MayRead(Caller caller, ContentHash hash, CancellationToken cancel) =>
        caller.IsAdmin
        || (caller.Agent is { } agent ? await IsOrdered(agent, hash, cancel) : await owners.IsVisible(caller.Project, hash, cancel));

    /// <summary>A bundle that an unfinished order names, or a file of one.</summary>
    private async Task<bool> IsOrdered(Guid agent, ContentHash hash, CancellationToken cancel)
    {
        var named = await owners.BundlesOf(agent, cancel);
        if (named.Contains(hash)) return true;
        foreach (var bundle in named)
            if (await bundles.Find(bundle, cancel) is { } found && found.Files.Any(file => file.Hash == hash)) return true;
        return false;
    }
}
