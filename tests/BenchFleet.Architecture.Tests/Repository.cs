using System.Xml.Linq;

namespace BenchFleet.Architecture.Tests;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Every project file, by project name.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = new[] { "src", "agents", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>Names of the projects that a project refers to.</summary>
    public static IReadOnlyList<string> References(string project) =>
    [
        .. XDocument.Load(Projects[project]).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)),
    ];

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "BenchFleet.sln")) ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("BenchFleet.sln is in no folder above the tests."));
}
