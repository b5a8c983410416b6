using Spectre.Console;

namespace BenchFleet.Cli.Output;

/// <summary>The console as Spectre sees it; wide when the output goes into a file or a pipe, where nothing wraps.</summary>
internal static class Terminal
{
    private const int WidthOfAPipe = 220;

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Progress goes to stderr, so that what is piped on is only the answer.</summary>
    public static IAnsiConsole Err { get; } = Create(Console.Error, Console.IsErrorRedirected);

    public static bool IsInteractive => !Console.IsErrorRedirected && Err.Profile.Capabilities.Interactive;

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected) console.Profile.Width = WidthOfAPipe;
        return console;
    }
}
