namespace BenchFleet.Cli.Hosting;

/// <summary>Where a local fleet keeps its database and artefacts: a folder that was named and stays, or a temporary one that goes.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly bool _temporary;

    private DataFolder(string path, bool temporary) => (Path, _temporary) = (path, temporary);

    public string Path { get; }

    public static DataFolder At(string? path) => path is null
        ? new DataFolder(Directory.CreateTempSubdirectory("benchfleet-").FullName, temporary: true)
        : new DataFolder(Directory.CreateDirectory(path).FullName, temporary: false);

    /// <summary>Kept from one run to the next, in the user's own data folder.</summary>
    public static string Default => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home ? home : ".", "benchfleet");

    public void Dispose()
    {
        if (_temporary) Directory.Delete(Path, recursive: true);
    }
}
