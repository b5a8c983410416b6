using BenchFleet.TestSupport;

namespace BenchFleet.Cli.Tests;

/// <summary>What the image is built with is what the files beside it start.</summary>
public sealed class ImageTests
{
    [Theory]
    [InlineData("docker-compose.yml", "\"--cluster\"")]
    [InlineData("infra/helm/benchfleet/templates/server.yaml", "- --cluster")]
    public void An_image_that_is_started_as_a_node_of_a_cluster_has_the_cluster_host(string file, string option)
    {
        Assert.Contains(option, Text(file));
        Assert.Contains("-p:Orleans=true", Text("infra/docker/Dockerfile"));
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(TestData.Repository!, file));
}
