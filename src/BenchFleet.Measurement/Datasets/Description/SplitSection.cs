using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Measurement.Datasets.Fitting;
using BenchFleet.Measurement.Datasets.Sources;

namespace BenchFleet.Measurement.Datasets.Description;

/// <summary>One entry of <c>splits</c>: a format, its files, and optionally a range and a preprocessing of its own.</summary>
internal sealed class SplitSection(string folder, DatasetTask task, ImmutableArray<string> labels, Preprocessing inherited)
{
    private const string Formats = "idx, csv, npy, npz, images, wav or testdata";

    public Split Read(string name, YamlSection section)
    {
        var preprocessing = PreprocessingSection.Read(section.Child("preprocessing"), inherited);
        var source = section.Text("format") switch
        {
            "idx" => new IdxSource(File(section, "images"), OptionalFile(section, "labels"), Classes),
            "csv" => new CsvSource(File(section, "file"), section.OptionalText("label"), Dims(section, "shape"), Classes),
            "npy" => new ArraySource(
                Arrays.OfNpy(File(section, "file"), OptionalFile(section, "labels")), Names(section.Child("inputs")), Classes),
            "npz" => new ArraySource(
                Arrays.OfNpz(File(section, "file"), section.OptionalText("labels")), Names(section.Child("inputs")), Classes),
            "images" => new ImageSource(FolderOf(section, "folder"), OptionalFile(section, "labels"), Classes),
            "wav" => WavSource.Open(
                [.. section.Texts("files").Select(file => Resolve(section, "files", file))],
                section.Has("folder") ? FolderOf(section, "folder") : null,
                section.Whole("window", 1)
                    ?? throw new InvalidDataException($"dataset.yaml: splits.{name}.window (samples per input) is missing."),
                section.Whole("stride", 1), section.Whole("rate", 1), Classes),
            "testdata" => (SampleSource)new TestDataSource(FolderOf(section, "folder")),
            var other => throw section.Fault("format", $"is '{other}', where {Formats} is expected"),
        };
        var skip = section.Whole("skip", 0) ?? 0;
        var first = section.Whole("first", 1);
        section.RefuseOthers();

        var left = source.Count - skip;
        if (left < 1) throw new InvalidDataException($"split '{name}' has no samples: {source.Count} are there and {skip} are skipped.");
        if (first > left) throw new InvalidDataException(
            $"split '{name}' asks for {first} samples after {skip} skipped, and {left} are there.");
        if (task == DatasetTask.Classification && !source.HasLabels)
            throw new InvalidDataException(
                $"split '{name}' has no labels, which the task classification needs; without labels the task is none.");
        return new Split(name, source, skip, first ?? left, preprocessing);
    }

    private ClassNames Classes => new(labels);

    private static ImmutableArray<KeyValuePair<string, string>> Names(YamlSection? section) =>
        section is null ? [] : [.. section.Keys.Select(key => KeyValuePair.Create(key, section.Text(key)))];

    private static ImmutableArray<long> Dims(YamlSection section, string key) =>
        [.. section.Numbers(key)
            .Select(dim => dim is >= 1 and <= 1 << 26 && dim == Math.Floor(dim) ? (long)dim
            : throw section.Fault(key, "has a dimension that is not a whole number of at least 1"))];

    private string File(YamlSection section, string key) => Resolve(section, key, section.Text(key));

    private string? OptionalFile(YamlSection section, string key) =>
        section.OptionalText(key) is { } file ? Resolve(section, key, file) : null;

    private string Resolve(YamlSection section, string key, string file)
    {
        var path = Inside(section, key, file);
        return System.IO.File.Exists(path) ? path : throw section.Fault(key, $"names '{file}', which is not in the dataset's folder");
    }

    private string FolderOf(YamlSection section, string key)
    {
        var name = section.Text(key);
        if (name == ".") return Path.GetFullPath(folder);
        var path = Inside(section, key, name);
        return Directory.Exists(path) ? path : throw section.Fault(key, $"names '{name}', which is no folder of the dataset");
    }

    // A dataset is a bundle: what it needs is inside it, on every machine.
    private string Inside(YamlSection section, string key, string file) => Bundle.RefusePath(file) is { } reason
        ? throw section.Fault(key, $"'{file}' {reason}: files are named relative to dataset.yaml and lie inside its folder")
        : Path.GetFullPath(Path.Combine(folder, file));
}
