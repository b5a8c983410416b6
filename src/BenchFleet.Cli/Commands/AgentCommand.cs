using System.CommandLine;
using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet agent: offers this machine's devices to a server, until Ctrl-C.</summary>
internal static class AgentCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Name of the agent, unique in the fleet and kept over restarts", DefaultValueFactory = _ => Environment.MachineName };
        var data = new Option<string>("--data") { Description = "Folder of its cache and of results not delivered yet", DefaultValueFactory = _ => Path.Combine(DataFolder.Default, "agent") };
        var command = new Command("agent", "Offers this machine to a server") { ServerOption.Instance, name, data };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
        {
            Console.Out.WriteLine($"Agent {parsed.GetValue(name)} works for {client.Server}. Ctrl-C stops it.");
            var options = new AgentOptions { Name = parsed.GetValue(name)!, DataFolder = parsed.GetValue(data)! };
            return await new BenchFleet.Agent.Agent(options, client, TimeProvider.System).Run(cancel) is AgentEnd.Refused { Reason: var reason }
                ? Complaint.Say(ExitCode.Failed, reason)
                : ExitCode.Ok;
        }));
        return ExampleHelp.Give(command, "benchfleet agent --server http://lab:5210 --name bench-07");
    }
}
