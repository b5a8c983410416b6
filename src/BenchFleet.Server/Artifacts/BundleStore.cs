using System.Text;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Storage.Artifacts;

namespace BenchFleet.Server.Artifacts;

/// <param name="Incomplete">Something was not uploaded, or not all of it.</param>
internal sealed record BundleRefusal(string Reason, bool Incomplete);

/// <summary>
/// Bundles by hash. A bundle's hash is that of its file list as text, so the list is kept as an artefact of its own and needs no table.
/// </summary>
internal sealed class BundleStore(IArtifactStore artifacts, OwnershipStore owners)
{
    /// <summary>A list longer than this is refused: a hundred thousand files.</summary>
    private const int MaxFiles = 100_000;

    /// <summary>
    /// Why the bundle cannot be taken, or null. Its owner has to have sent its files: who knows a hash only has not, even if the content
    /// is here, and is told the same as if it were not.
    /// </summary>
    public async Task<BundleRefusal?> Refuse(Bundle bundle, ArtifactOwner owner, CancellationToken cancel)
    {
        if (RefuseShape(bundle) is { } wrong) return new BundleRefusal(wrong, Incomplete: false);
        var missing = await owners.Missing(owner, bundle.Files.Select(file => file.Hash), cancel);
        foreach (var file in bundle.Files)
        {
            var status = await artifacts.Status(file.Hash, null, cancel);
            if (!status.Complete || missing.Contains(file.Hash))
                return new BundleRefusal($"The content of '{file.Path}' ({file.Hash}) was not uploaded.", Incomplete: true);
            if (status.Offset != file.SizeBytes)
                return new BundleRefusal($"'{file.Path}' has {status.Offset} bytes, the bundle says {file.SizeBytes}.", Incomplete: true);
        }

        return null;
    }

    private static string? RefuseShape(Bundle bundle)
    {
        if (bundle.Files.IsDefaultOrEmpty) return "The bundle has no files.";
        if (bundle.Files.Length > MaxFiles) return $"The bundle has {bundle.Files.Length} files; {MaxFiles} are allowed.";
        foreach (var file in bundle.Files)
        {
            if (Bundle.RefusePath(file.Path) is { } reason) return $"The bundle's path '{file.Path}' {reason}.";
            if (file.Hash.IsEmpty) return $"The bundle's file '{file.Path}' has no hash.";
        }

        var paths = bundle.Files.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase);
        if (paths.FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"The bundle's path '{twice.Key}' is there twice (letter case does not count).";
        return null;
    }

    /// <summary>Keeps the file list; what a former, broken attempt left of it is gone on with, and written anew when it was
    /// wrong.</summary>
    public async Task<AppendResult> Save(Bundle bundle, ArtifactOwner owner, CancellationToken cancel)
    {
        var saved = await Save(bundle, cancel);
        if (saved is AppendResult.Completed) await owners.Grant(owner, [bundle.Hash], cancel);
        return saved;
    }

    private async Task<AppendResult> Save(Bundle bundle, CancellationToken cancel)
    {
        var text = Encoding.UTF8.GetBytes(bundle.Manifest);
        for (var tries = 0; ; tries++)
        {
            var there = await artifacts.Status(bundle.Hash, null, cancel) is { Complete: false, Offset: var offset } ? Math.Min(offset, text.Length) : 0;
            using var content = new MemoryStream(text);
            content.Position = there;
            var result = await artifacts.Append(bundle.Hash, there, text.Length, content, text.Length, cancel);
            if (tries > 0 || result is not AppendResult.Corrupt) return result;
        }
    }

    public async Task<Bundle?> Find(ContentHash hash, CancellationToken cancel)
    {
        if (await artifacts.Open(hash, verify: false, cancel) is not OpenResult.Opened opened) return null;
        await using (opened.Content)
        {
            // An artefact that is no list may be asked for by mistake, and may be gigabytes.
            if (opened.SizeBytes > MaxFiles * 700L) return null;
            using var reader = new StreamReader(opened.Content, Encoding.UTF8);
            return Bundle.FromManifest(await reader.ReadToEndAsync(cancel)) is { } bundle && bundle.Hash == hash ? bundle : null;
        }
    }
}
