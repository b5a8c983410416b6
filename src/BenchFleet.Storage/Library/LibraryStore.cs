using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Library;

/// <summary>Models and datasets by name. A name means one content for ever; one content may have several names.</summary>
public sealed class LibraryStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal LibraryStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task<AddResult> AddModel(string name, Bundle bundle, ModelSummary summary, DateTimeOffset now, CancellationToken cancel) =>
        Add(LibraryKind.Model, name, bundle, CanonicalJson.Write(summary), now, cancel);

    public Task<AddResult> AddDataset(string name, Bundle bundle, string summaryJson, DateTimeOffset now, CancellationToken cancel) =>
        Add(LibraryKind.Dataset, name, bundle, summaryJson, now, cancel);

    /// <summary>By name, else by the bundle's hash (then the first of its names).</summary>
    public async Task<StoredModel?> FindModel(string nameOrHash, CancellationToken cancel) =>
        await Find(LibraryKind.Model, nameOrHash, cancel) is { } row ? ModelOf(row) : null;

    /// <inheritdoc cref="FindModel"/>
    public async Task<StoredDataset?> FindDataset(string nameOrHash, CancellationToken cancel) =>
        await Find(LibraryKind.Dataset, nameOrHash, cancel) is { } row ? DatasetOf(row) : null;

    public async Task<ImmutableArray<StoredModel>> ListModels(CancellationToken cancel) =>
        [.. (await List(LibraryKind.Model, cancel)).Select(ModelOf)];

    public async Task<ImmutableArray<StoredDataset>> ListDatasets(CancellationToken cancel) =>
        [.. (await List(LibraryKind.Dataset, cancel)).Select(DatasetOf)];

    private Task<AddResult> Add(LibraryKind kind, string name, Bundle bundle, string summaryJson, DateTimeOffset now, CancellationToken cancel) =>
        _writer.Run<AddResult>(
            async context =>
            {
                var existing = await context.Library.Where(row => row.Kind == kind && row.Name == name).Select(row => row.Hash).ToListAsync(cancel);
                if (existing.Count > 0) return existing[0] == bundle.Hash ? new AddResult.Already() : new AddResult.NameTaken(existing[0]);

                context.Add(new LibraryRow
                {
                    Kind = kind,
                    Name = name,
                    Hash = bundle.Hash,
                    BundleJson = CanonicalJson.Write(bundle),
                    SummaryJson = summaryJson,
                    AddedAt = now,
                });
                await context.SaveChangesAsync(cancel);
                return new AddResult.Added();
            },
            cancel);

    private Task<LibraryRow?> Find(LibraryKind kind, string nameOrHash, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var ofKind = context.Library.Where(row => row.Kind == kind);
            var named = await ofKind.SingleOrDefaultAsync(row => row.Name == nameOrHash, cancel);
            return named is null && ContentHash.TryParse(nameOrHash, out var hash)
                ? await ofKind.Where(row => row.Hash == hash).OrderBy(row => row.Name).FirstOrDefaultAsync(cancel)
                : named;
        },
        cancel);

    private Task<List<LibraryRow>> List(LibraryKind kind, CancellationToken cancel) =>
        _reader.Query(context => context.Library.Where(row => row.Kind == kind).OrderBy(row => row.Name).ToListAsync(cancel), cancel);

    private static StoredModel ModelOf(LibraryRow row) =>
        new(row.Name, row.Hash, CanonicalJson.Read<Bundle>(row.BundleJson), CanonicalJson.Read<ModelSummary>(row.SummaryJson), row.AddedAt);

    private static StoredDataset DatasetOf(LibraryRow row) =>
        new(row.Name, row.Hash, CanonicalJson.Read<Bundle>(row.BundleJson), row.SummaryJson, row.AddedAt);
}
