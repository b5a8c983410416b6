using Microsoft.Extensions.Logging;

namespace BenchFleet.Scheduling.Engine;

public sealed partial class EngineLoop
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} leases ran out; their work is queued again or given up.")]
    private partial void LogExpired(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The plan of sweep {Sweep} does not settle; it is tried again later.")]
    private partial void LogUnsettled(Guid sweep);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database's disk is full: nothing is handed out or planned until there is room; what was committed is safe.")]
    private partial void LogDiskFull();

    [LoggerMessage(Level = LogLevel.Information, Message = "The database's disk has room again; the engine goes on.")]
    private partial void LogRoom();

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of the engine failed and will be tried again.")]
    private partial void LogFault(Exception fault);
}
