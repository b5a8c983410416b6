using Microsoft.Extensions.Logging;

namespace BenchFleet.Cli.Hosting;

/// <summary>An agent's log on the error stream, a line each, as the server writes its own.</summary>
internal static class ConsoleLog
{
    public static ILoggerFactory From(LogLevel least) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(least)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console => console.SingleLine = true));
}
