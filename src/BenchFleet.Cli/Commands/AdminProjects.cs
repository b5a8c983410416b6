using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin projects create|list.</summary>
internal static class AdminProjects
{
    public static Command Create() => new("projects", "Teams that share the server") { New(), List() };

    private static Command New()
    {
        var name = new Argument<string>("project") { Description = "Lower-case letters, digits and '-'" };
        var weight = new Option<double>("--weight") { Description = "Share of device time relative to the other projects' weights", DefaultValueFactory = _ => 1 };
        var quota = new Option<double?>("--quota") { Description = "Budget of device time, minutes; default: none" };
        var format = OutputOption.Create();
        var command = new Command("create", "Makes a project") { name, weight, quota, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client => await Answer.Of(
            client.Admin.CreateProject(new CreateProject(parsed.GetValue(name)!, parsed.GetValue(weight), parsed.GetValue(quota)), cancel),
            project => Print([project], parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin projects create vision --weight 3 --quota 6000");
    }

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every project in one line") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ListProjects(cancel), projects => Print(projects, parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin projects list --format json");
    }

    private static void Print(IReadOnlyList<ProjectView> projects, OutputFormat format) => new Listing<ProjectView>(projects,
    [
        ("Project", project => project.Name), ("Weight", project => project.Weight.ToString(CultureInfo.InvariantCulture)),
        ("Quota, device minutes", project => project.QuotaDeviceMinutes?.ToString(CultureInfo.InvariantCulture) ?? "none"),
        ("Created", project => Moment.Text(project.CreatedAt)),
    ]).Print(format);
}
