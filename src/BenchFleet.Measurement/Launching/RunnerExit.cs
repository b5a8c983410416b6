using System.Globalization;

namespace BenchFleet.Measurement.Launching;

/// <summary>Says in words how a process ended.</summary>
internal static class RunnerExit
{
    // What the runtime reports on Unix for a process ended by a signal.
    private const int SignalBase = 128;

    public static string Describe(int exitCode, string lastStderrLine)
    {
        var how = exitCode > SignalBase && !OperatingSystem.IsWindows()
            ? $"was ended by signal {(exitCode - SignalBase).ToString(CultureInfo.InvariantCulture)}{Name(exitCode - SignalBase)}"
            : $"ended with exit code {exitCode.ToString(CultureInfo.InvariantCulture)} and no result";
        return lastStderrLine.Length == 0 ? $"The runner {how}." : $"The runner {how}; the last line it wrote: {lastStderrLine}";
    }

    private static string Name(int signal) => signal switch
    {
        4 => " (illegal instruction: the runtime uses one this processor lacks)",
        6 => " (abort)",
        7 => " (bus error)",
        8 => " (arithmetic fault)",
        9 => " (kill: often the kernel, out of memory)",
        11 => " (segmentation fault)",
        15 => " (terminate)",
        _ => "",
    };
}
