namespace BenchFleet.Onnx;

/// <summary>
/// Files beside the model that hold weights. A location is accepted only when it is relative, does not climb, and, with every symbolic link
/// followed, still ends in one of the allowed folders: a model is untrusted and must not make us read other files.
/// </summary>
internal sealed class ExternalFiles(IReadOnlyList<string> folders)
{
    private const int MostLinks = 40;
    private readonly Dictionary<string, ByteSource> _open = new(StringComparer.Ordinal);
    private string[]? _roots;

    public IEnumerable<ByteSource> Sources => _open.Values;

    /// <summary>Locations that were found, in ordinal order.</summary>
    public SortedSet<string> Locations { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The model's folder, and the folder it really lies in when the path is a link (caches of model hubs link both files into one).
    /// </summary>
    public static ExternalFiles Beside(string path)
    {
        var full = Path.GetFullPath(path);
        var real = RealPath(full) ?? full;
        return new ExternalFiles([Path.GetDirectoryName(full) ?? full, Path.GetDirectoryName(real) ?? real]);
    }

    public void Release()
    {
        foreach (var source in _open.Values)
            source.Release();
    }

    /// <summary>The slice, or null and the reason.</summary>
    public Slice? Find(string location, long offset, long length, out string reason)
    {
        if (!IsSafe(location))
        {
            reason = $"external data at '{location}' is refused: only a relative path inside the model's folder is read";
            return null;
        }

        try
        {
            var path = folders.Select(folder => Path.Combine(folder, location)).FirstOrDefault(File.Exists);
            if (path is null || RealPath(path) is not { } real || !File.Exists(real))
                reason = $"external data file '{location}' is missing";
            else if (!Inside(real))
                reason = $"external data at '{location}' is refused: it leads out of the model's folder";
            else if (new FileInfo(real).Length is var size && (offset > size || length > size - offset))
                reason = $"external data file '{location}' has {size} bytes, where {length} from {offset} are needed";
            else
            {
                reason = "";
                Locations.Add(location);
                return length == 0 ? Slice.Of(default) : new Slice(Source(real), offset, length);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            reason = $"external data file '{location}' cannot be read: {fault.Message}";
        }

        return null;
    }

    private static bool IsSafe(string location) =>
        location.Length > 0 && !location.AsSpan().ContainsAny('\\', ':', '\0') && !Path.IsPathRooted(location)
        && !location.Split('/').Any(part => part is ".." or "");

    private ByteSource Source(string path)
    {
        if (!_open.TryGetValue(path, out var source))
            _open[path] = source = MappedSource.Open(path);
        return source;
    }

    private bool Inside(string path)
    {
        _roots ??= [.. folders.Select(folder => RealPath(Path.GetFullPath(folder))).OfType<string>()];
        return _roots.Any(root => path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal));
    }

    /// <summary>The path with every link in every part of it followed; null when they run in a circle.</summary>
    private static string? RealPath(string path)
    {
        for (var links = 0; links < MostLinks; links++)
        {
            var (parts, walked, target) = (path.Split(Path.DirectorySeparatorChar), Path.GetPathRoot(path) ?? "", (string?)null);
            for (var i = 1; i < parts.Length && target is null; i++)
            {
                var next = Path.Combine(walked, parts[i]);
                var link = new FileInfo(next).LinkTarget;
                if (link is not null)
                    target = Path.GetFullPath(Path.Combine(link, Path.Combine(parts[(i + 1)..])), walked);
                walked = next;
            }

            if (target is null)
                return walked;
            path = target;
        }

        return null;
    }
}
