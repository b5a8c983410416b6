using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;

namespace BenchFleet.Contracts.Library;

/// <summary>Names a model whose files are in the artefact store. The model file is the bundle's first file that ends in .onnx.</summary>
/// <param name="Name">1 to 128 letters, digits, '.', '_' and '-'. Adding other content under a known name is a conflict.</param>
public sealed record AddModel(string Name, Bundle Bundle);

public sealed record ModelView(string Name, ContentHash Hash, Bundle Bundle, ModelSummary Summary, DateTimeOffset AddedAt);

/// <summary>A split of a dataset and how many samples it has.</summary>
public sealed record SplitView(string Name, int SampleCount);

/// <param name="Task">classification or none.</param>
public sealed record DatasetSummary(string Task, ImmutableArray<SplitView> Splits, ImmutableArray<string> Labels);

public sealed record AddDataset(string Name, Bundle Bundle, DatasetSummary Summary);

public sealed record DatasetView(string Name, ContentHash Hash, Bundle Bundle, DatasetSummary Summary, DateTimeOffset AddedAt);
