using BenchFleet.Core.Failures;

namespace BenchFleet.Agent.Execution;

/// <summary>What an exception that ended an order says about who has to act.</summary>
internal static class WorkFault
{
    public static Failure Of(Exception fault) => fault switch
    {
        IOException io when DiskFull.Is(io) =>
            new Failure(FailureKind.Infrastructure, "disk.full", $"The agent's disk is full: {io.Message}"),
        InvalidDataException data =>
            new Failure(FailureKind.User, "dataset.damaged", $"The dataset cannot be read to its end: {data.Message}"),
        OutOfMemoryException => new Failure(FailureKind.Device, "device.outOfMemory", "The agent ran out of memory."),
        IOException or UnauthorizedAccessException =>
            new Failure(FailureKind.Infrastructure, "agent.files", $"The agent cannot use its files: {fault.Message}"),
        _ => new Failure(FailureKind.Infrastructure, "agent.fault",
            $"The agent failed unexpectedly ({fault.GetType().Name}): {fault.Message}"),
    };
}
