using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Contracts.Client;

/// <summary>Makes bundles of files on disk.</summary>
public static class BundleFolder
{
    /// <summary>Every file under a folder; hidden files and folders stay behind.</summary>
    public static Task<Bundle> Of(string folder, CancellationToken cancel)
    {
        var visible = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        var paths = Directory.EnumerateFiles(folder, "*", visible);
        return Of(folder, paths.Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')), cancel);
    }

    /// <summary>The named files of a folder.</summary>
    public static async Task<Bundle> Of(string folder, IEnumerable<string> relativePaths, CancellationToken cancel)
    {
        var files = ImmutableArray.CreateBuilder<BundleFile>();
        foreach (var path in relativePaths.Order(StringComparer.Ordinal))
        {
            await using var stream = File.OpenRead(Path.Combine(folder, path));
            files.Add(new BundleFile(path, stream.Length, await ContentHash.Of(stream, cancel)));
        }

        return new Bundle(files.ToImmutable());
    }
}
