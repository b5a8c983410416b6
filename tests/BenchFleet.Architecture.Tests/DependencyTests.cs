namespace BenchFleet.Architecture.Tests;

/// <summary>Arrows point inward. A new one is a decision: it is made here, in sight.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Statistics"] = [],
        ["Core"] = ["Statistics"],
        ["OnnxRuntime"] = [],
        ["Onnx"] = ["Core"],
        ["Compression"] = ["Core", "Statistics", "Onnx", "OnnxRuntime"],
        ["Measurement"] = ["Core", "Statistics", "Onnx", "OnnxRuntime"],
        ["Contracts"] = ["Core"],
        ["Storage"] = ["Core", "Statistics"],
        ["Scheduling"] = ["Core", "Statistics", "Storage"],
        ["Cluster"] = ["Core", "Storage", "Scheduling"],
        ["Samples"] = [],
        ["Server"] = ["Core", "Statistics", "Onnx", "Contracts", "Storage", "Scheduling", "Cluster"],
        ["Runner"] = ["Core", "Statistics", "Onnx", "OnnxRuntime", "Measurement"],
        ["Agent"] = ["Core", "Statistics", "Onnx", "OnnxRuntime", "Compression", "Measurement", "Contracts"],
        ["Cli"] = ["Core", "Statistics", "Onnx", "Compression", "Measurement", "Contracts", "Samples", "Server", "Cluster", "Agent", "Runner"],
    };

    private static IEnumerable<string> ProductNames =>
        Repository.Projects.Where(project => !project.Value.Contains("/tests/", StringComparison.Ordinal)).Select(project => project.Key);

    public static TheoryData<string> Products => [.. ProductNames];

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_refers_only_to_what_it_may(string project)
    {
        var name = project["BenchFleet.".Length..];

        var others = Repository.References(project).Select(reference => reference["BenchFleet.".Length..]).Except(Allowed[name]);

        Assert.Empty(others);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "BenchFleet.sln"));

        Assert.All(Repository.Projects.Keys, name => Assert.Contains($"{name}.csproj", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_product_project_has_tests()
    {
        string[] withoutLogic = ["BenchFleet.OnnxRuntime"];

        var untested = ProductNames.Where(name => !Repository.Projects.ContainsKey(name + ".Tests")).Except(withoutLogic);

        Assert.Empty(untested);
    }
}
