using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Commands;

namespace BenchFleet.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = Root();
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExampleHelp)
        {
            var command = Path(parsed);
            return Complaint.Say(ExitCode.Usage, $"{parsed.Errors[0].Message} See 'benchfleet {(command.Length > 0 ? command + " " : "")}--help'.");
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // A node that leaves a cluster hands over first; what it may take is bounded by the server itself.
                ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
            });
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A full disk or a forbidden folder is nobody's bug, wherever it shows.
            return Complaint.Say(ExitCode.Failed, fault.Message);
        }
    }

    public static RootCommand Root()
    {
        var root = new RootCommand("BenchFleet: which model-compression and acceleration technique suits which hardware?")
        {
            DemoCommand.Create(),
            RunCommand.Create(),
            UpCommand.Create(),
            AgentCommand.Create(),
            SweepCommand.Create(),
            ModelsCommand.Create(),
            DatasetsCommand.Create(),
            DevicesCommand.Create(),
            AdminCommand.Create(),
            LeaderboardCommand.Create(),
            CompressCommand.Create(),
            TechniquesCommand.Create(),
            InspectCommand.Create(),
            DoctorCommand.Create(),
        };
        ExampleHelp.Give(root, "benchfleet demo --quick\nbenchfleet run --model m.onnx --dataset DIR --technique quantize.static");
        ExampleHelp.Install(root);
        return root;
    }

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var at = parsed.CommandResult; at?.Command is not (null or RootCommand); at = at.Parent as System.CommandLine.Parsing.CommandResult) names.Insert(0, at.Command.Name);
        return string.Join(' ', names);
    }
}
