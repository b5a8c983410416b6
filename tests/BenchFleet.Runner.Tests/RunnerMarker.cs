using System.Collections.Immutable;
using BenchFleet.Measurement.Launching;

namespace BenchFleet.Runner.Tests;

/// <summary>Runners started with an environment variable of their own, so that the ones of one test can be told from all others.</summary>
internal sealed class RunnerMarker
{
    private const string Variable = "BENCHFLEET_TEST_MARKER";

    private readonly string _value = Guid.NewGuid().ToString("N");

    public RunnerProcess Runner(string? fault, TimeSpan timeout)
    {
        var environment = ImmutableDictionary<string, string>.Empty.Add(Variable, _value);
        if (fault is not null) environment = environment.Add("BENCHFLEET_RUNNER_FAULT", fault);
        return new RunnerProcess(new RunnerOptions(Timeout: timeout, Environment: environment), TimeProvider.System);
    }

    /// <summary>Process ids that carry the marker; always empty where there is no /proc.</summary>
    public IReadOnlyList<string> Alive() =>
        [.. Processes().Where(folder => Environment(folder).Contains($"{Variable}={_value}", StringComparison.Ordinal))];

    private static string[] Processes() => Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [];

    private static string Environment(string folder)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) ? File.ReadAllText(Path.Combine(folder, "environ")) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
