using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BenchFleet.Measurement.Launching;

/// <summary>
/// What a runner may not do, since the model it loads is somebody's input: no network, no more memory than the machine can give, no new
/// privileges, a session of its own. Linux's own small tools do it and then become the runner, so that it is still our child. What this
/// machine does not allow is left out, and said.
/// </summary>
/// <param name="Prefix">What the runner's command line is put behind; empty where nothing can be done.</param>
/// <param name="Means">What it comes to, in words.</param>
public sealed record RunnerConfinement(ImmutableArray<string> Prefix, ImmutableArray<string> Means)
{
    // The rest is for those who watch it.
    private const double MemoryPart = 0.9;

    private static readonly Lazy<RunnerConfinement> Found = new(Find);

    public static RunnerConfinement None { get; } = new([], []);

    /// <summary>What this machine allows; found out once, by trying.</summary>
    public static RunnerConfinement OfThisMachine => Found.Value;

    private static RunnerConfinement Find()
    {
        if (!OperatingSystem.IsLinux()) return None;
        var bytes = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryPart);
        // RLIMIT_DATA and not RLIMIT_AS: .NET reserves far more addresses than it ever uses, and those do not count as data.
        (string[] Command, string Means)[] all =
        [
            (["setsid"], "a session of its own"),
            (["setpriv", "--no-new-privs"], "no new privileges"),
            (["prlimit", string.Create(CultureInfo.InvariantCulture, $"--data={bytes}")], $"{bytes >> 20} MiB of memory"),
            (["unshare", "--user", "--map-current-user", "--net"], "no network"),
        ];
        var allowed = all.Where(means => Works(means.Command)).ToArray();
        return new RunnerConfinement([.. allowed.SelectMany(means => means.Command)], [.. allowed.Select(means => means.Means)]);
    }

    private static bool Works(string[] command)
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], "true"]) { RedirectStandardError = true, UseShellExecute = false })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // There is no such tool.
        }
    }
}
