using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Core.Artifacts;

/// <summary>One file of a bundle. <paramref name="Path"/> is relative, uses '/', and never leaves the bundle's folder.</summary>
public sealed record BundleFile(string Path, long SizeBytes, ContentHash Hash);

/// <summary>
/// A named tree of content-addressed files: a model with its external data, a dataset folder, a variant. Its identity is the hash of its
/// sorted file list, so the same files under the same names are the same bundle wherever they came from.
/// </summary>
public sealed record Bundle(ImmutableArray<BundleFile> Files)
{
    /// <summary>The file list as text, sorted by path. It is stored as an artefact itself, under the bundle's hash.</summary>
    [JsonIgnore]
    public string Manifest => string.Join('\n', Files.OrderBy(file => file.Path, StringComparer.Ordinal)
        .Select(file => $"{file.Hash.Hex} {file.SizeBytes} {file.Path}"));

    [JsonIgnore]
    public ContentHash Hash => ContentHash.Of(Manifest);

    [JsonIgnore]
    public long SizeBytes => Files.Sum(file => file.SizeBytes);

    /// <summary>Every content that belongs to it: its files, and the manifest itself.</summary>
    [JsonIgnore]
    public IEnumerable<ContentHash> Contents => Files.Select(file => file.Hash).Append(Hash).Distinct();

    /// <summary>Reads a manifest back; null when the text is not one.</summary>
    public static Bundle? FromManifest(string manifest)
    {
        var files = ImmutableArray.CreateBuilder<BundleFile>();
        foreach (var line in manifest.Split('\n'))
        {
            var parts = line.Split(' ', 3);
            if (parts.Length < 3 || !ContentHash.TryParse(parts[0], out var hash) || !long.TryParse(parts[1], out var size) || size < 0 || RefusePath(parts[2]) is not null)
                return null;
            files.Add(new BundleFile(parts[2], size, hash));
        }

        return new Bundle(files.ToImmutable());
    }

    /// <summary>Why a path cannot be part of a bundle, or null when it can.</summary>
    public static string? RefusePath(string path) =>
        path.Length is 0 or > 512 ? "is empty or longer than 512 characters"
        : path.StartsWith('/') || path.Contains('\\') || path.Contains(':') ? "is not a relative path with '/' separators"
        : path.Split('/').Any(part => part is "" or "." or "..") ? "has an empty, '.' or '..' part"
        : path.Any(char.IsControl) ? "has a control character"
        : null;
}
