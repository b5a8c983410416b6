using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Library;

/// <summary>Models and datasets of projects by name. Within a project a name means one content for ever; one content may have several names.</summary>
public sealed class LibraryStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal LibraryStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task<AddResult> AddModel(string project, string name, Bundle bundle, ModelSummary summary, DateTimeOffset now, CancellationToken cancel) =>
        Add(LibraryKind.Model, project, name, bundle, CanonicalJson.Write(summary), now, cancel);

    public Task<AddResult> AddDataset(string project, string name, Bundle bundle, string summaryJson, DateTimeOffset now, CancellationToken cancel) =>
        Add(LibraryKind.Dataset, project, name, bundle, summaryJson, now, cancel);

    /// <summary>By name, else by the bundle's hash (then the first of its names).</summary>
    public async Task<StoredModel?> FindModel(string project, string nameOrHash, CancellationToken cancel) =>
        await Find(LibraryKind.Model, project, nameOrHash, cancel) is { } row ? ModelOf(row) : null;

    /// <inheritdoc cref="FindModel"/>
    public async Task<StoredDataset?> FindDataset(string project, string nameOrHash, CancellationToken cancel) =>
        await Find(LibraryKind.Dataset, project, nameOrHash, cancel) is { } row ? DatasetOf(row) : null;

    public async Task<ImmutableArray<StoredModel>> ListModels(string project, CancellationToken cancel) =>
        [.. (await List(LibraryKind.Model, project, cancel)).Select(ModelOf)];

    public async Task<ImmutableArray<StoredDataset>> ListDatasets(string project, CancellationToken cancel) =>
        [.. (await List(LibraryKind.Dataset, project, cancel)).Select(DatasetOf)];

    private Task<AddResult> Add(LibraryKind kind, string project, string name, Bundle bundle, string summaryJson, DateTimeOffset now, CancellationToken cancel) =>
        _writer.Run<AddResult>(
            async context =>
            {
                var existing = await context.Library.Where(row => row.Project == project && row.Kind == kind && row.Name == name).Select(row => row.Hash).ToListAsync(cancel);
                if (existing.Count > 0) return existing[0] == bundle.Hash ? new AddResult.Already() : new AddResult.NameTaken(existing[0]);

                context.Add(new LibraryRow
                {
                    Project = project,
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

    private Task<LibraryRow?> Find(LibraryKind kind, string project, string nameOrHash, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var ofKind = context.Library.Where(row => row.Project == project && row.Kind == kind);
            var named = await ofKind.SingleOrDefaultAsync(row => row.Name == nameOrHash, cancel);
            return named is null && ContentHash.TryParse(nameOrHash, out var hash)
                ? await ofKind.Where(row => row.Hash == hash).OrderBy(row => row.Name).FirstOrDefaultAsync(cancel)
                : named;
        },
        cancel);

    private Task<List<LibraryRow>> List(LibraryKind kind, string project, CancellationToken cancel) =>
        _reader.Query(context => context.Library.Where(row => row.Project == project && row.Kind == kind).OrderBy(row => row.Name).ToListAsync(cancel), cancel);

    private static StoredModel ModelOf(LibraryRow row) =>
        new(row.Name, row.Hash, CanonicalJson.Read<Bundle>(row.BundleJson), CanonicalJson.Read<ModelSummary>(row.SummaryJson), row.AddedAt);

    private static StoredDataset DatasetOf(LibraryRow row) =>
        new(row.Name, row.Hash, CanonicalJson.Read<Bundle>(row.BundleJson), row.SummaryJson, row.AddedAt);
}
