using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin projects create|set|list.</summary>
internal static class AdminProjects
{
    public static Command Create() => new("projects", "Teams that share the server") { New(), Set(), List() };

    private static Option<double> Weight() =>
        new("--weight") { Description = "Share of device time relative to the other projects' weights", DefaultValueFactory = _ => 1 };

    private static Option<double?> Quota() => new("--quota") { Description = "Budget of device time, minutes; default: none" };

    private static Command Set()
    {
        var name = new Argument<string>("project") { Description = "Name of the project" };
        var (weight, quota, format) = (Weight(), Quota(), OutputOption.Create());
        var command = new Command("set", "Gives a project another weight and quota, in place of both that it had") { name, weight, quota, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client => await Answer.Of(
            client.Admin.SetProject(parsed.GetValue(name)!, new SetProject(parsed.GetValue(weight), parsed.GetValue(quota)), cancel),
            project => Print([project], parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin projects set vision --weight 2 --quota 9000");
    }

    private static Command New()
    {
        var name = new Argument<string>("project") { Description = "Lower-case letters, digits and '-'" };
        var (weight, quota) = (Weight(), Quota());
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
        ("Used", project => project.UsedDeviceMinutes.ToString("0.#", CultureInfo.InvariantCulture)),
        ("Created", project => Moment.Text(project.CreatedAt)),
    ]).Print(format);
}
