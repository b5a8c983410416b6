using System.Diagnostics;
using System.Text.RegularExpressions;
using BenchFleet.TestSupport;
using YamlDotNet.RepresentationModel;

namespace BenchFleet.Cli.Tests;

/// <summary>The chart asks the command line for what it has, and its templates for values that there are; where helm is installed it is rendered too.</summary>
public sealed partial class HelmChartTests
{
    private static readonly string Chart = Path.Combine(TestData.Repository!, "infra", "helm", "benchfleet");

    public static TheoryData<string> Templates => [.. Directory.GetFiles(Path.Combine(Chart, "templates")).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_value_of_a_template_has_a_default(string template)
    {
        var values = Yaml("values.yaml");

        var missing = ValuePath().Matches(Text(template)).Select(match => match.Groups[1].Value).Where(path => Find(values, path.Split('.')) is null);

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_option_of_the_chart_is_one_of_the_command_line_s()
    {
        var verbs = Program.Root().Subcommands.Where(verb => verb.Name is "up" or "agent").SelectMany(verb => verb.Options).Select(option => option.Name).ToArray();
        var kept = ((YamlMappingNode)Find(Yaml("values.yaml"), ["keep"])!).Children.Keys.Select(key => $"--keep-{key}");

        var asked = Directory.GetFiles(Path.Combine(Chart, "templates")).SelectMany(path => Option().Matches(File.ReadAllText(path))).Select(match => match.Groups[1].Value);

        Assert.Empty(asked.Where(option => option != "--keep-").Concat(kept).Except(verbs));
    }

    [Theory]
    [InlineData("")]
    [InlineData("artifacts.bucket=s3://lab/fleet,artifacts.endpoint=http://minio:9000,keep.samples=90,agent.enabled=true,ingress.enabled=true")]
    [InlineData("server.cluster=false,server.replicas=1")]
    public async Task Helm_renders_it_without_complaint(string set)
    {
        foreach (var verb in new[] { "lint", "template" })
        {
            var start = new ProcessStartInfo("helm", [verb, Chart, .. set.Length > 0 ? new[] { "--set", set } : []]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            Process helm;
            try
            {
                helm = Process.Start(start)!;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return; // Not installed.
            }

            using (helm)
            {
                var (said, complaint) = (await helm.StandardOutput.ReadToEndAsync(), await helm.StandardError.ReadToEndAsync());
                await helm.WaitForExitAsync();
                Assert.True(helm.ExitCode == 0, said + complaint);
                if (verb == "template") new YamlStream().Load(new StringReader(said));
            }
        }
    }

    private static string Text(string template) => File.ReadAllText(Path.Combine(Chart, "templates", template));

    private static YamlNode Yaml(string name)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Chart, name))));
        return yaml.Documents[0].RootNode;
    }

    private static YamlNode? Find(YamlNode node, ReadOnlySpan<string> path) =>
        path.IsEmpty ? node
        : node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(path[0]), out var child) ? Find(child, path[1..])
        : null;

    [GeneratedRegex(@"\.Values\.([A-Za-z0-9.]+)")]
    private static partial Regex ValuePath();

    [GeneratedRegex("- (--[a-z0-9-]+)")]
    private static partial Regex Option();
}
