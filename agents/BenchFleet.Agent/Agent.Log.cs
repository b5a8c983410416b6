using Microsoft.Extensions.Logging;

namespace BenchFleet.Agent;

public sealed partial class Agent
{
    [LoggerMessage(1, LogLevel.Information, "{Name} works for {Server} as {Class}")]
    private static partial void Registered(ILogger log, string name, Uri server, string @class);

    [LoggerMessage(2, LogLevel.Warning, "The server is away: {Reason}")]
    private static partial void ServerAway(ILogger log, string reason);

    [LoggerMessage(3, LogLevel.Warning, "No work: {Reason}")]
    private static partial void LeaseRefused(ILogger log, string reason);

    [LoggerMessage(4, LogLevel.Information, "{Label} starts (work {Work}, attempt {Attempt})")]
    private static partial void WorkStarts(ILogger log, string label, Guid work, int attempt);

    [LoggerMessage(5, LogLevel.Information, "{Label} is not wanted any more (work {Work}, attempt {Attempt})")]
    private static partial void WorkForgotten(ILogger log, string label, Guid work, int attempt);

    [LoggerMessage(6, LogLevel.Error, "{Label} ended in a fault (work {Work}, attempt {Attempt})")]
    private static partial void WorkFaulted(ILogger log, Exception fault, string label, Guid work, int attempt);

    [LoggerMessage(7, LogLevel.Warning, "{Label} failed (work {Work}, attempt {Attempt}), {Code}: {Reason}")]
    private static partial void WorkFailedWith(ILogger log, string label, Guid work, int attempt, string code, string reason);
}
