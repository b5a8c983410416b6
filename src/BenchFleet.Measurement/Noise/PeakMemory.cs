using System.Diagnostics;
using System.Globalization;

namespace BenchFleet.Measurement.Noise;

/// <summary>Highest resident set of this process so far.</summary>
public static class PeakMemory
{
    public static long Bytes(string root = "/")
    {
        var status = Path.Combine(root, "proc/self/status");
        var line = File.Exists(status)
            ? File.ReadLines(status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        if (line is not null) return Parse(line);
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    /// <param name="line">For example <c>VmHWM:    123456 kB</c>.</param>
    public static long Parse(string line) =>
        long.Parse(line["VmHWM:".Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
}
