using System.Text.RegularExpressions;
using BenchFleet.Core.Hashing;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Artifacts;

/// <summary>Which contents are whose.</summary>
public sealed partial class OwnershipStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal OwnershipStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task Grant(ArtifactOwner owner, IEnumerable<ContentHash> hashes, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            var wanted = hashes.Distinct().ToList();
            var known = await context.ArtifactOwners.Where(row => row.Owner == owner.Text && wanted.Contains(row.Hash))
                .Select(row => row.Hash).ToListAsync(cancel);
            context.AddRange(wanted.Except(known).Select(hash => new ArtifactOwnerRow { Hash = hash, Owner = owner.Text }));
            return await context.SaveChangesAsync(cancel);
        },
        cancel);

    public Task<bool> Has(ArtifactOwner owner, ContentHash hash, CancellationToken cancel) =>
        _reader.Query(context => context.ArtifactOwners.AnyAsync(row => row.Hash == hash && row.Owner == owner.Text, cancel), cancel);

    /// <summary>Those of <paramref name="hashes"/> that the owner has not.</summary>
    public Task<HashSet<ContentHash>> Missing(ArtifactOwner owner, IEnumerable<ContentHash> hashes, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var wanted = hashes.ToHashSet();
            wanted.ExceptWith(await context.ArtifactOwners.Where(row => row.Owner == owner.Text && wanted.Contains(row.Hash))
                .Select(row => row.Hash).ToListAsync(cancel));
            return wanted;
        },
        cancel);

    /// <summary>Its own uploads, its library, and the variants of its sweeps.</summary>
    public Task<bool> IsVisible(string project, ContentHash hash, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var own = ArtifactOwner.Project(project).Text;
            var owners = await context.ArtifactOwners.Where(row => row.Hash == hash).Select(row => row.Owner).ToListAsync(cancel);
            if (owners.Contains(own)) return true;

            // Named before owners were written down.
            var text = hash.Hex;
            if (await context.Library.AnyAsync(row => row.Project == project && (row.Hash == hash || row.BundleJson.Contains(text)), cancel)) return true;

            var variants = owners.Where(owner => owner.StartsWith(ArtifactOwner.VariantPrefix, StringComparison.Ordinal))
                .Select(owner => ContentHash.Parse(owner[ArtifactOwner.VariantPrefix.Length..])).ToList();
            return variants.Count > 0 && await context.Trials.AnyAsync(
                trial => variants.Contains(trial.VariantKey) && context.Sweeps.Any(sweep => sweep.Id == trial.SweepId && sweep.Project == project), cancel);
        },
        cancel);

    /// <summary>The bundles that an agent's unfinished orders name.</summary>
    public Task<HashSet<ContentHash>> BundlesOf(Guid agent, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var orders = await context.WorkLeasedTo(agent).Select(work => work.OrderJson).ToListAsync(cancel);
            return orders.SelectMany(json => Hashes().Matches(json)).Select(match => ContentHash.Parse(match.Value)).ToHashSet();
        },
        cancel);

    /// <summary>Orders name everything by hash, whatever kind of order it is.</summary>
    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hashes();
}
