using BenchFleet.Core.Hashing;
using BenchFleet.Storage.Library;

namespace BenchFleet.Server.Sweeps;

/// <summary>What people call the models and datasets that sweeps know by hash.</summary>
internal sealed class Names
{
    private readonly Dictionary<ContentHash, StoredModel> _models;
    private readonly Dictionary<ContentHash, string> _datasets;

    private Names(IEnumerable<StoredModel> models, IEnumerable<StoredDataset> datasets)
    {
        // One content may have several names: the first one given is used.
        _models = models.GroupBy(model => model.Hash)
            .ToDictionary(group => group.Key, group => group.OrderBy(model => model.AddedAt).First());
        _datasets = datasets.GroupBy(dataset => dataset.Hash)
            .ToDictionary(group => group.Key, group => group.OrderBy(dataset => dataset.AddedAt).First().Name);
    }

    public static async Task<Names> Of(LibraryStore library, string project, CancellationToken cancel) =>
        new(await library.ListModels(project, cancel), await library.ListDatasets(project, cancel));

    public string Model(ContentHash hash) => _models.TryGetValue(hash, out var model) ? model.Name : hash.Short;

    public long? ModelBytes(ContentHash hash) => _models.TryGetValue(hash, out var model) ? model.Bundle.SizeBytes : null;

    public string Dataset(ContentHash? hash) =>
        hash is not { } dataset ? "generated inputs" : _datasets.GetValueOrDefault(dataset, dataset.Short);
}
