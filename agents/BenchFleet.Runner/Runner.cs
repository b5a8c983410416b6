using System.Text.Json;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Measurement.Devices;
using BenchFleet.Measurement.Launching;

namespace BenchFleet.Runner;

internal static class Runner
{
    public static int MeasureFromInput(ProtocolWriter protocol)
    {
        OwnProcessGroup.Enter();
        // Kept open by the parent for as long as it lives.
        var input = Console.In;
        var line = input.ReadLine();
        ParentWatch.Start(input);
        return Measure(line ?? "", protocol);
    }

    public static int MeasureFromFile(string file, ProtocolWriter protocol) => Measure(File.ReadAllText(file), protocol);

    public static int Probe(ProtocolWriter protocol)
    {
        protocol.Write(HostProbe.Read());
        return ExitCode.Measured;
    }

    private static int Measure(string json, ProtocolWriter protocol)
    {
        if (Parse(json) is not { } spec)
            return Report(new LaunchResult.Failed(new Failure(FailureKind.Infrastructure, "runner.spec",
                "The runner was given something that is not a launch.")), protocol);
        RehearsedFault.Happen();
        return Report(Measure(spec, protocol), protocol);
    }

    private static LaunchResult Measure(LaunchSpec spec, ProtocolWriter protocol)
    {
        try
        {
            return new MeasuredLaunch(spec, protocol.Write, TimeProvider.System).Run();
        }
#pragma warning disable CA1031 // The one place of the process that catches what nobody expected: a stack trace is no report.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine(e);
            return new LaunchResult.Failed(new Failure(FailureKind.Infrastructure, "runner.broken",
                $"The runner met something it did not expect: {e.GetType().Name}: {e.Message}"));
        }
    }

    private static LaunchSpec? Parse(string json)
    {
        try
        {
            return CanonicalJson.Read<LaunchSpec>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Report(LaunchResult result, ProtocolWriter protocol)
    {
        switch (result)
        {
            case LaunchResult.Measured measured:
                protocol.Write<RunnerEvent>(new RunnerResult(measured.Measurement, measured.Window));
                return ExitCode.Measured;
            case LaunchResult.Failed failed:
                protocol.Write<RunnerEvent>(new RunnerFailed(failed.Failure));
                return ExitCode.Failed;
            default:
                throw new InvalidOperationException($"Unknown result {result}.");
        }
    }
}
