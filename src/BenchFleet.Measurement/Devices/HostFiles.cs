using System.Globalization;

namespace BenchFleet.Measurement.Devices;

/// <summary>
/// Reads the small text files of /proc and /sys below a root, which is another folder in tests. What is absent reads as null.
/// </summary>
public sealed class HostFiles(string root)
{
    public string Root => root;

    public string? Text(string path)
    {
        try
        {
            var full = Path.Combine(root, path);
            return File.Exists(full) ? File.ReadAllText(full).Trim('\0', '\n', ' ') : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public long? Number(string path) =>
        long.TryParse(Text(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public IEnumerable<string> Lines(string path) => (Text(path) ?? "").Split('\n');

    public bool Exists(string path) => File.Exists(Path.Combine(root, path)) || Directory.Exists(Path.Combine(root, path));

    /// <summary>Paths below the root, sorted.</summary>
    public IEnumerable<string> Folders(string path, string pattern = "*")
    {
        var full = Path.Combine(root, path);
        return Directory.Exists(full)
            ? Directory.GetDirectories(full, pattern).Order(StringComparer.Ordinal)
            .Select(found => Path.Combine(path, Path.GetFileName(found)))
            : [];
    }
}
