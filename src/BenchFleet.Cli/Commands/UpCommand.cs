using System.CommandLine;
using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Server;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet up: a server, and unless told otherwise an agent for this machine, until Ctrl-C.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = $"Address to listen on; beyond loopback a token is needed ({ServerOption.TokenVariable})", DefaultValueFactory = _ => ServerOption.DefaultAddress };
        var data = new Option<string>("--data") { Description = "Data folder: database and artefacts", DefaultValueFactory = _ => DataFolder.Default };
        var database = new Option<string?>("--database") { Description = "PostgreSQL connection string; default: SQLite in the data folder" };
        var noAgent = new Option<bool>("--no-agent") { Description = "Start no agent for this machine" };
        var command = new Command("up", "Starts a server with an agent for this machine") { listen, data, database, noAgent };
        command.SetAction(async (parsed, cancel) =>
        {
            using var folder = DataFolder.At(parsed.GetValue(data));
            var options = new ServerOptions(folder.Path) { Urls = [parsed.GetValue(listen)!], PostgreSql = parsed.GetValue(database), Token = ServerOption.Token };
            var (fleet, refused) = await LocalFleet.Start(options, parsed.GetValue(noAgent) ? null : AgentOptions.Local(folder.Path), cancel);
            if (fleet is null) return refused;
            await using (fleet)
            {
                Console.Out.WriteLine($"BenchFleet is up at {fleet.Address}, data in {folder.Path}. Ctrl-C stops it.");
                await LocalFleet.Until(cancel);
                return ExitCode.Ok;
            }
        });
        return ExampleHelp.Give(command, "benchfleet up --data ./data");
    }
}
