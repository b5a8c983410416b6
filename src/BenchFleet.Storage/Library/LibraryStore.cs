using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Models;

namespace BenchFleet.Storage.Library;

public sealed class LibraryStore
{
    public Task<AddResult> AddModel(string name, Bundle bundle, ModelSummary summary, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<AddResult> AddDataset(string name, Bundle bundle, string summaryJson, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<StoredModel?> FindModel(string nameOrHash, CancellationToken cancel) => throw new NotSupportedException();

    public Task<StoredDataset?> FindDataset(string nameOrHash, CancellationToken cancel) => throw new NotSupportedException();

    public Task<ImmutableArray<StoredModel>> ListModels(CancellationToken cancel) => throw new NotSupportedException();

    public Task<ImmutableArray<StoredDataset>> ListDatasets(CancellationToken cancel) => throw new NotSupportedException();
}
