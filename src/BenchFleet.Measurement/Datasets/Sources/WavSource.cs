using System.Collections.Immutable;
using BenchFleet.Measurement.Datasets.Formats;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>
/// Windows of sound: of the files in order, or of a folder whose subfolders are the classes. A file shorter than a window is one window
/// with zeros after it; what is left at the end of a longer one is dropped.
/// </summary>
internal sealed class WavSource : SampleSource
{
    private readonly ImmutableArray<(WavFile File, int? Label, int Windows)> _files;
    private readonly int _window;
    private readonly int _stride;

    private WavSource(ImmutableArray<(WavFile File, int? Label, int Windows)> files, int window, int stride)
    {
        (_files, _window, _stride) = (files, window, stride);
        Count = checked(_files.Sum(file => file.Windows));
    }

    public override int Count { get; }

    public override bool HasLabels => _files.All(file => file.Label is not null);

    public static WavSource Open(ImmutableArray<string> paths, string? folder, int window, int? stride, int? rate, ClassNames classes)
    {
        const int LargestWindow = 1 << 24;
        if (window > LargestWindow) throw new InvalidDataException($"a window of {window} samples is longer than {LargestWindow}.");
        var step = stride ?? window;
        var files = paths.Select(path => (Path: path, Label: (int?)null)).Concat(folder is null ? [] : InFolder(folder, classes))
            .Select(file => (File: WavFile.Open(file.Path), file.Label)).ToList();
        if (files.Count == 0) throw new InvalidDataException("a wav split has neither 'files' nor a 'folder' with .wav files.");
        if (rate is not null && files.FirstOrDefault(file => file.File.Rate != rate) is { File: { } odd })
            throw new InvalidDataException($"'{Path.GetFileName(odd.Path)}' has {odd.Rate} samples a second, where rate says {rate}.");
        return new WavSource(
            [.. files.Select(file => (file.File, file.Label, Math.Max(1, ((file.File.Frames - window) / step) + 1)))], window, step);
    }

    public override IEnumerable<RawSample> Read(int skip, int count)
    {
        foreach (var (file, label, first, windows) in Ranges(skip, count))
        {
            using var stream = System.IO.File.OpenRead(file.Path);
            for (var i = first; i < first + windows; i++)
                yield return new RawSample($"'{Path.GetFileName(file.Path)}' window {i}", RawKind.Numbers,
                    [OnnxTensor.Floats("", [_window], file.Read(stream, (long)i * _stride, _window))], label);
        }
    }

    public override IEnumerable<string> Keys(int skip, int count) =>
        Ranges(skip, count).SelectMany(range => Enumerable.Range(range.First, range.Windows).Select(i => $"{range.File.Path}#{i}"));

    private IEnumerable<(WavFile File, int? Label, int First, int Windows)> Ranges(int skip, int count)
    {
        foreach (var (file, label, windows) in _files)
        {
            var first = Math.Min(skip, windows);
            var taken = Math.Min(count, windows - first);
            if (taken > 0) yield return (file, label, first, taken);
            (skip, count) = (skip - first, count - taken);
        }
    }

    private static IEnumerable<(string Path, int? Label)> InFolder(string folder, ClassNames classes)
    {
        var classFolders = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToList();
        if (classFolders.Count == 0) return Sounds(folder).Select(path => (path, (int?)null));
        return classFolders
            .SelectMany((sub, position) =>
                Sounds(sub).Select((path, rank) =>
                (Path: path, Rank: rank, Label: classes.Labels.IsEmpty ? position
                : classes.Parse(Path.GetFileName(sub), $"folder '{Path.GetFileName(sub)}'"))))
            .OrderBy(file => file.Rank).ThenBy(file => file.Label)
            .Select(file => (file.Path, (int?)file.Label));
    }

    private static IEnumerable<string> Sounds(string folder) => Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal);
}
