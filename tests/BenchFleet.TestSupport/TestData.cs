namespace BenchFleet.TestSupport;

/// <summary>
/// The folder of public models and data sets that some tests read: BENCHFLEET_TEST_DATA, else ../shared/data beside the repository. Tests that
/// need it are marked <see cref="DataFactAttribute"/> or <see cref="DataTheoryAttribute"/> and are skipped with a reason where it is absent.
/// </summary>
public static class TestData
{
    public const string Variable = "BENCHFLEET_TEST_DATA";

    /// <summary>Null when absent.</summary>
    public static string? Folder { get; } = Find();

    public static string? SkipReason => Folder is null ? $"The test data folder is absent or empty: set {Variable} to it." : null;

    /// <summary>The repository's root, by its solution file; null outside of it.</summary>
    public static string? Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "BenchFleet.sln")))
                folder = folder.Parent;
            return folder?.FullName;
        }
    }

    public static string Path(string relative) =>
        System.IO.Path.Combine(Folder ?? throw new InvalidOperationException(SkipReason), relative);

    /// <summary>Files below a subfolder by name pattern, relative to the data folder and sorted; one empty row where the data is absent.</summary>
    public static IEnumerable<string> Files(string subfolder, string pattern)
    {
        if (Folder is null)
            return [""];
        var files = Directory.EnumerateFiles(Path(subfolder), pattern, SearchOption.AllDirectories);
        return files.Select(file => System.IO.Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal);
    }

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
            return IsFilled(named) ? System.IO.Path.GetFullPath(named) : null;
        var beside = Repository is { } root ? System.IO.Path.GetFullPath(System.IO.Path.Combine(root, "..", "shared", "data")) : null;
        return IsFilled(beside) ? beside : null;
    }

    private static bool IsFilled(string? folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
}
