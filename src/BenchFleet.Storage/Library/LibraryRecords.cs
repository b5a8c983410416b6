using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;

namespace BenchFleet.Storage.Library;

public sealed record StoredModel(string Name, ContentHash Hash, Bundle Bundle, ModelSummary Summary, DateTimeOffset AddedAt);

/// <param name="SummaryJson">As it was given; its shape belongs to the interface that shows it.</param>
public sealed record StoredDataset(string Name, ContentHash Hash, Bundle Bundle, string SummaryJson, DateTimeOffset AddedAt);

/// <summary>What became of an addition to the library.</summary>
public abstract record AddResult
{
    private AddResult() { }

    public sealed record Added : AddResult;

    /// <summary>The same content is known under this name already.</summary>
    public sealed record Already : AddResult;

    /// <summary>Other content has this name.</summary>
    public sealed record NameTaken(ContentHash Existing) : AddResult;
}
