using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace BenchFleet.Cli.CommandLine;

/// <summary>The library's help with an example under it: most people read the example first.</summary>
internal sealed class ExampleHelp(HelpAction inner) : SynchronousCommandLineAction
{
    private static readonly Dictionary<Command, string> Examples = [];

    public override bool ClearsParseErrors => true;

    public static T Give<T>(T command, string example) where T : Command
    {
        Examples[command] = example;
        return command;
    }

    public static string? Of(Command command) => Examples.GetValueOrDefault(command);

    public static void Install(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelp((HelpAction)help.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        if (Of(parseResult.CommandResult.Command) is { } example)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            foreach (var line in example.Split('\n')) output.WriteLine("  " + line);
            output.WriteLine();
        }

        return ExitCode.Ok;
    }
}
