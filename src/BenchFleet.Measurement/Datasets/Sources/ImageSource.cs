using BenchFleet.Measurement.Datasets.Formats;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>
/// JPEG and PNG files: a folder whose subfolders are the classes, or a flat folder with a labels file (<c>file,label</c> a line) or without
/// labels. Without a labels file samples alternate between the classes, so that every prefix is as balanced as the folder allows.
/// </summary>
internal sealed class ImageSource : SampleSource
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png"];

    private readonly List<(string Path, int? Label)> _files;

    public ImageSource(string folder, string? labels, ClassNames classes)
    {
        _files = labels is not null ? Listed(folder, labels, classes) : ByClass(folder, classes);
        if (_files.Count == 0) throw new InvalidDataException($"'{Path.GetFileName(folder)}' has no .jpg or .png files.");
    }

    public override int Count => _files.Count;

    public override bool HasLabels => _files.TrueForAll(file => file.Label is not null);

    public override IEnumerable<RawSample> Read(int skip, int count)
    {
        foreach (var (path, label) in _files.Skip(skip).Take(count))
            yield return new RawSample($"'{Path.GetFileName(path)}'", RawKind.Image, [ImageDecoder.Decode(path)], label);
    }

    public override IEnumerable<string> Keys(int skip, int count) => _files.Skip(skip).Take(count).Select(file => file.Path);

    private static List<(string Path, int? Label)> Listed(string folder, string labels, ClassNames classes)
    {
        var files = new List<(string, int?)>();
        foreach (var (line, i) in File.ReadLines(labels).Select((line, i) => (line.Trim(), i)))
        {
            if (line.Length == 0) continue;
            var where = $"'{Path.GetFileName(labels)}' line {i + 1}";
            var comma = line.LastIndexOf(',');
            if (comma < 1) throw new InvalidDataException($"{where} is not of the form file,label.");
            var path = Path.GetFullPath(Path.Combine(folder, line[..comma].Trim()));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
                throw new InvalidDataException($"{where} names '{line[..comma]}', which is not in the folder.");
            files.Add((path, classes.Parse(line[(comma + 1)..].Trim(), where)));
        }

        return files;
    }

    private static List<(string Path, int? Label)> ByClass(string folder, ClassNames classes)
    {
        var folders = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToList();
        if (folders.Count == 0) return [.. Images(folder).Select(path => (path, (int?)null))];
        return [.. folders
            .SelectMany((sub, position) =>
                Images(sub).Select((path, rank) => (Path: path, Rank: rank, Label: LabelOf(sub, position, classes))))
            .OrderBy(file => file.Rank).ThenBy(file => file.Label)
            .Select(file => (file.Path, (int?)file.Label))];
    }

    private static int LabelOf(string folder, int position, ClassNames classes) =>
        classes.Labels.IsEmpty ? position : classes.Parse(Path.GetFileName(folder), $"folder '{Path.GetFileName(folder)}'");

    private static IEnumerable<string> Images(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => Endings.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(StringComparer.Ordinal);
}
