using System.Text.RegularExpressions;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Retention;

/// <param name="Uploads">Uploads that nobody went on with.</param>
public sealed record Collected(int Artifacts, long Bytes, int Uploads);

/// <summary>
/// Deletes contents that nothing refers to: lists what was not used for long, then reads what refers to anything, then deletes the rest, each
/// only if it still was not used. Whoever is about to refer to a content asks for it first, which is a use; so between that and the
/// reference the content is safe for as long as unused ones are kept.
/// </summary>
public sealed partial class ArtifactCollector
{
    /// <summary>No list of a bundle's files is longer.</summary>
    private const long LongestManifest = 70L << 20;

    private readonly IArtifactStore _store;
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal ArtifactCollector(IArtifactStore store, Writer writer, Reader reader) => (_store, _writer, _reader) = (store, writer, reader);

    public async Task<Collected> Run(DateTimeOffset unusedSince, CancellationToken cancel)
    {
        var unused = new List<StoredArtifact>();
        await foreach (var artefact in _store.List(cancel))
            if (artefact.UsedAt <= unusedSince) unused.Add(artefact);

        var (deleted, bytes) = (new List<ContentHash>(), 0L);
        var referred = unused.Count == 0 ? [] : await Referred(cancel);
        foreach (var artefact in unused.Where(artefact => !referred.Contains(artefact.Hash)))
        {
            if (!await _store.DeleteUnused(artefact.Hash, unusedSince, cancel)) continue;
            deleted.Add(artefact.Hash);
            bytes += artefact.SizeBytes;
        }

        // Whoever had it has it no more, and sends every byte again.
        foreach (var some in deleted.Chunk(500))
            await _writer.Run(context => context.ArtifactOwners.Where(row => some.Contains(row.Hash)).ExecuteDeleteAsync(cancel), cancel);
        return new Collected(deleted.Count, bytes, await _store.DeleteAbandoned(unusedSince, cancel));
    }

    /// <summary>The library, every variant, what sweeps and open work name, and the files of all of these.</summary>
    private async Task<HashSet<ContentHash>> Referred(CancellationToken cancel)
    {
        var (bundles, named) = await _reader.Snapshot(
            async context => (await Bundles(context).ToListAsync(cancel), await Texts(context).ToListAsync(cancel)), cancel);
        var referred = new HashSet<ContentHash>();
        foreach (var json in bundles) referred.UnionWith(CanonicalJson.Read<Bundle>(json).Contents);
        foreach (var hash in named.SelectMany(text => Hashes().Matches(text)).Select(match => ContentHash.Parse(match.Value)))
            if (referred.Add(hash)) referred.UnionWith(await FilesOf(hash, cancel));
        return referred;
    }

    private static IQueryable<string> Bundles(FleetContext context) =>
        context.Library.Select(row => row.BundleJson).Concat(context.Variants.Select(row => row.BundleJson));

    private static IQueryable<string> Texts(FleetContext context) => context.Sweeps.Select(row => row.SpecJson)
        .Concat(context.Work.Where(row => row.State == WorkState.Pending || row.State == WorkState.Leased).Select(row => row.OrderJson));

    /// <summary>A bundle is named by the hash of the list of its files, which is a content as well.</summary>
    private async Task<IEnumerable<ContentHash>> FilesOf(ContentHash bundle, CancellationToken cancel)
    {
        if (await _store.Open(bundle, verify: false, cancel) is not OpenResult.Opened opened) return [];
        await using (opened.Content)
        {
            if (opened.SizeBytes > LongestManifest) return [];
            using var reader = new StreamReader(opened.Content);
            return Bundle.FromManifest(await reader.ReadToEndAsync(cancel))?.Files.Select(file => file.Hash) ?? [];
        }
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hashes();
}
