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
    [JsonIgnore]
    public ContentHash Hash => ContentHash.Of(string.Join('\n', Files.OrderBy(file => file.Path, StringComparer.Ordinal)
        .Select(file => $"{file.Hash.Hex} {file.SizeBytes} {file.Path}")));

    [JsonIgnore]
    public long SizeBytes => Files.Sum(file => file.SizeBytes);

    /// <summary>Why a path cannot be part of a bundle, or null when it can.</summary>
    public static string? RefusePath(string path) =>
        path.Length is 0 or > 512 ? "is empty or longer than 512 characters"
        : path.StartsWith('/') || path.Contains('\\') || path.Contains(':') ? "is not a relative path with '/' separators"
        : path.Split('/').Any(part => part is "" or "." or "..") ? "has an empty, '.' or '..' part"
        : path.Any(char.IsControl) ? "has a control character"
        : null;
}
