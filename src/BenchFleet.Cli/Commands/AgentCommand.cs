using System.CommandLine;
using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet agent: offers this machine's devices to a server, until Ctrl-C.</summary>
internal static class AgentCommand
{
    private const string EnrolVariable = "BENCHFLEET_ENROL";

    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Name of the agent, unique in the fleet and kept over restarts", DefaultValueFactory = _ => Environment.MachineName };
        var data = new Option<string>("--data") { Description = "Folder of its cache, its credential, and of results not delivered yet", DefaultValueFactory = _ => Path.Combine(DataFolder.Default, "agent") };
        var enrol = new Option<string?>("--enrol") { Description = $"One-time token that lets it in the first time (or {EnrolVariable}, which other users of the machine do not see)" };
        var authorities = new Option<string?>("--ca") { Description = $"PEM file of authorities to trust over https (or {ServerOption.AuthorityVariable}); default: the operating system's" };
        var level = new Option<LogLevel>("--log") { Description = "Least level of what is logged to the error stream", DefaultValueFactory = _ => LogLevel.Information };
        var command = new Command("agent", "Offers this machine to a server") { ServerOption.Instance, name, data, enrol, authorities, level };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
        {
            Console.Out.WriteLine($"Agent {parsed.GetValue(name)} works for {client.Server}. Ctrl-C stops it.");
            var options = new AgentOptions
            {
                Name = parsed.GetValue(name)!,
                DataFolder = parsed.GetValue(data)!,
                EnrolmentToken = parsed.GetValue(enrol) ?? ServerOption.Variable(EnrolVariable),
            };
            using var log = ConsoleLog.From(parsed.GetValue(level));
            return await new BenchFleet.Agent.Agent(options, client, TimeProvider.System, log.CreateLogger<BenchFleet.Agent.Agent>()).Run(cancel) is AgentEnd.Refused { Reason: var reason }
                ? Complaint.Say(ExitCode.Failed, reason)
                : ExitCode.Ok;
        }, parsed.GetValue(authorities) ?? ServerOption.Variable(ServerOption.AuthorityVariable), settings: null));
        return ExampleHelp.Give(command, "benchfleet agent --server https://lab-1:5210 --server https://lab-2:5210 --ca lab.pem --name bench-07 --enrol bfe_...");
    }
}
