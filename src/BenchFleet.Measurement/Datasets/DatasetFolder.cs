using System.Collections.Immutable;
using BenchFleet.Measurement.Datasets.Description;
using BenchFleet.Measurement.Datasets.Fitting;

namespace BenchFleet.Measurement.Datasets;

/// <summary>What came of opening a dataset folder.</summary>
public abstract record DatasetOpening
{
    private DatasetOpening() { }

    public sealed record Opened(Dataset Dataset) : DatasetOpening;

    /// <summary>One sentence: which file, what is wrong, what would be right.</summary>
    public sealed record Refused(string Reason) : DatasetOpening;
}

/// <summary>A folder with dataset.yaml and the files it names (docs/datasets.md has the forms).</summary>
public static class DatasetFolder
{
    public const string DescriptionFile = "dataset.yaml";

    // Inside this folder a fault is thrown as InvalidDataException with its sentence, and becomes a value here.
    public static DatasetOpening Open(string folder)
    {
        var path = Path.Combine(folder, DescriptionFile);
        if (!Directory.Exists(folder)) return new DatasetOpening.Refused($"There is no dataset folder '{folder}'.");
        if (!File.Exists(path)) return new DatasetOpening.Refused($"'{folder}' is not a dataset: it has no {DescriptionFile}.");
        try
        {
            return new DatasetOpening.Opened(Read(folder, YamlSection.Load(path)));
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new DatasetOpening.Refused($"The dataset in '{folder}' cannot be used: {fault.Message}");
        }
    }

    private static Dataset Read(string folder, YamlSection root)
    {
        var name = root.Text("name");
        var task = root.Choice("task", DatasetTask.None);
        var labels = root.Texts("labels");
        var preprocessing = PreprocessingSection.Read(root.Child("preprocessing"), Preprocessing.None);
        var fixedInputs = FixedInputSection.Read(root.Child("inputs"));
        var sections = root.Child("splits") ?? throw new InvalidDataException($"{DescriptionFile} has no splits.");
        var reader = new SplitSection(folder, task, labels, preprocessing);
        var splits = sections.Keys.ToImmutableDictionary(key => key, key => reader.Read(key, sections.Child(key)!));
        root.RefuseOthers();

        if (!splits.ContainsKey(Dataset.Evaluation))
            throw new InvalidDataException($"{DescriptionFile} has no split named {Dataset.Evaluation}.");
        RequireDisjoint(splits);
        return new Dataset(splits, fixedInputs)
        {
            Folder = Path.GetFullPath(folder),
            Name = name,
            Task = task,
            Splits = [.. sections.Keys.Select(key => new SplitOverview(key, splits[key].Count))],
            Labels = labels,
        };
    }

    // A variant that is calibrated on what it is judged by looks better than it is.
    private static void RequireDisjoint(ImmutableDictionary<string, Split> splits)
    {
        if (!splits.TryGetValue(Dataset.Calibration, out var calibration)) return;
        var evaluation = splits[Dataset.Evaluation];
        var keys = calibration.Source.Keys(calibration.Skip, calibration.Count).ToHashSet(StringComparer.Ordinal);
        var shared = evaluation.Source.Keys(evaluation.Skip, evaluation.Count).Where(keys.Contains).ToList();
        if (shared.Count > 0)
            throw new InvalidDataException(
                $"calibration and evaluation share {shared.Count} samples, the first is {shared[0]}: 'skip' and 'first' can carve two ranges out of one file.");
    }
}
