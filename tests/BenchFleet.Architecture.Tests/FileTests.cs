namespace BenchFleet.Architecture.Tests;

public sealed class FileTests
{
    private static IEnumerable<string> Sources => new[] { "src", "agents" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !path.Contains("node_modules", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    [Fact]
    public void A_file_is_one_idea_and_so_not_long()
    {
        var tooLong = Sources.Where(path => !path.Contains("Migrations", StringComparison.Ordinal))
            .Select(path => (Path.GetRelativePath(Repository.Root, path), File.ReadLines(path).Count()))
            .Where(file => file.Item2 > 300);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Folders_are_named_after_what_is_in_them()
    {
        string[] meaningless = ["Utils", "Helpers", "Common", "Manager", "Managers", "Base", "Misc"];

        var found = Sources.Select(path => Path.GetFileName(Path.GetDirectoryName(path))).Distinct().Intersect(meaningless);

        Assert.Empty(found);
    }

    [Fact]
    public void Only_the_cluster_host_knows_Orleans()
    {
        var knowing = Sources.Where(path => !path.Contains("/BenchFleet.Cluster/", StringComparison.Ordinal))
            .Where(path => File.ReadLines(path).Any(line => line.StartsWith("using Orleans", StringComparison.Ordinal)));
        var referring = Repository.Projects.Where(project => !project.Key.StartsWith("BenchFleet.Cluster", StringComparison.Ordinal)
            && File.ReadAllText(project.Value).Contains("Orleans", StringComparison.Ordinal)).Select(project => project.Key);

        Assert.Empty(knowing.Concat(referring));
    }

    [Fact]
    public void The_sdk_reads_the_classic_solution_format_and_only_that()
    {
        Assert.Empty(Directory.EnumerateFiles(Repository.Root, "*.slnx"));
    }
}
