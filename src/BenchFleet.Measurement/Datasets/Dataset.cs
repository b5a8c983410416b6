using System.Collections.Immutable;
using BenchFleet.Measurement.Datasets.Fitting;
using BenchFleet.Measurement.Datasets.Sources;

namespace BenchFleet.Measurement.Datasets;

/// <summary>What a dataset's labels mean.</summary>
public enum DatasetTask
{
    /// <summary>No labels: speed, calibration and label-free fidelity only.</summary>
    None,

    /// <summary>One class of several per sample.</summary>
    Classification,
}

public sealed record SplitOverview(string Name, int Count);

/// <summary>
/// Samples in a folder with a declared preprocessing. Nothing is kept in memory: every call of <see cref="Samples"/> streams from the
/// files.
/// </summary>
public sealed class Dataset
{
    /// <summary>Samples that ranges are taken from. Disjoint from <see cref="Evaluation"/>, which opening a dataset checks.</summary>
    public const string Calibration = "calibration";

    /// <summary>Samples that accuracy and fidelity are measured on. Every dataset has it.</summary>
    public const string Evaluation = "evaluation";

    private readonly ImmutableDictionary<string, Split> _splits;
    private readonly ImmutableArray<FixedInput> _fixedInputs;

    internal Dataset(ImmutableDictionary<string, Split> splits, ImmutableArray<FixedInput> fixedInputs) =>
        (_splits, _fixedInputs) = (splits, fixedInputs);

    public required string Folder { get; init; }

    public required string Name { get; init; }

    public required DatasetTask Task { get; init; }

    /// <summary>In the order of the description.</summary>
    public required ImmutableArray<SplitOverview> Splits { get; init; }

    /// <summary>Names by class number; may be empty.</summary>
    public required ImmutableArray<string> Labels { get; init; }

    public bool Has(string split) => _splits.ContainsKey(split);

    /// <summary>Samples of a split; 0 when it does not exist.</summary>
    public int Count(string split) => _splits.TryGetValue(split, out var found) ? found.Count : 0;

    /// <summary>
    /// The samples of a split as the model wants them. Whether they fit is decided on the first one; a later one that is damaged or of
    /// another size ends the enumeration with an <see cref="InvalidDataException"/> whose message names it.
    /// </summary>
    /// <param name="split">Its name, for example <see cref="Evaluation"/>.</param>
    /// <param name="model">Inputs of the model that is fed.</param>
    /// <param name="first">At most so many samples; 0 takes all.</param>
    /// <param name="skip">Samples left out at the beginning; at least one must remain.</param>
    public SampleRead Samples(string split, ModelSignature model, int first = 0, int skip = 0)
    {
        if (!_splits.TryGetValue(split, out var found))
            return new SampleRead.Refused(
                $"The dataset '{Name}' has no split '{split}': it has {string.Join(", ", Splits.Select(s => s.Name))}.");

        if (skip >= found.Count)
            return new SampleRead.Refused(
                $"The split '{split}' of the dataset '{Name}' has {found.Count} samples, and {skip} are skipped.");

        var fit = new ModelFit(model, _fixedInputs, found.Preprocessing);
        try
        {
            fit.Feeds(found.Read(skip, 1).First());
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return new SampleRead.Refused($"The dataset '{Name}' does not fit the model: {fault.Message}");
        }

        var left = found.Count - skip;
        var count = first > 0 ? Math.Min(first, left) : left;
        return new SampleRead.Fits(count, found.Read(skip, count).Select((raw, index) => new Sample(index, fit.Feeds(raw), raw.Label)));
    }
}

/// <summary>A range of a source with the preprocessing that holds for it.</summary>
internal sealed record Split(string Name, SampleSource Source, int Skip, int Count, Preprocessing Preprocessing)
{
    public IEnumerable<RawSample> Read(int skip, int count) => Source.Read(Skip + skip, Math.Min(count, Count - skip));
}
