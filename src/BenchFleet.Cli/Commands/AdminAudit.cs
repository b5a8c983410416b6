using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin audit: who wrote what, when, from where.</summary>
internal static class AdminAudit
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many of the newest", DefaultValueFactory = _ => 100 };
        var format = OutputOption.Create();
        var command = new Command("audit", "The newest writes: who, what, when, from where") { count, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ShowAudit(parsed.GetValue(count), cancel), entries => new Listing<AuditView>(entries,
            [
                ("When", entry => entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)), ("Who", entry => entry.Caller), ("Project", entry => entry.Project),
                ("What", entry => entry.Action), ("On", entry => entry.Target), ("Status", entry => entry.Status.ToString(CultureInfo.InvariantCulture)), ("From", entry => entry.Address),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin audit --count 20");
    }
}
