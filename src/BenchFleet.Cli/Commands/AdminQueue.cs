using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin queue and admin leases: what waits and why, what is being done and by whom.</summary>
internal static class AdminQueue
{
    public static Command Queue() => Create("queue", "What waits, and why", item => item.LeaseUntil is null,
        [("Why it waits", item => item.Why ?? ""), ("Device", item => item.Device ?? "any")], "benchfleet admin queue --format csv");

    public static Command Leases() => Create("leases", "What is being done, and by whom", item => item.LeaseUntil is not null,
        [("Device", item => item.Device ?? ""), ("Until", item => Moment.Text(item.LeaseUntil)), ("Doing", item => item.Doing ?? "starting")], "benchfleet admin leases");

    private static Command Create(
        string verb, string description, Func<QueueItem, bool> shown, IReadOnlyList<(string, Func<QueueItem, string>)> columns, string example)
    {
        var format = OutputOption.Create();
        var command = new Command(verb, description) { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ShowQueue(cancel), items => new Listing<QueueItem>([.. items.Where(shown)],
            [
                ("Project", item => item.Project), ("Kind", item => item.Kind.ToString().ToLowerInvariant()), ("Work", item => item.Label),
                ("Attempt", item => item.Attempt.ToString(CultureInfo.InvariantCulture)), ("Queued", item => Moment.Text(item.QueuedAt)), .. columns,
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, example);
    }
}
