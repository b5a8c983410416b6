using System.Runtime.InteropServices;

namespace BenchFleet.Cli.Benchmarks;

/// <summary>User and system time of the children that have ended, as the kernel counts it.</summary>
internal static partial class ChildrenCpu
{
    private const int Children = -1;

    public static double Seconds
    {
        get
        {
            // struct rusage begins with two timevals of two longs: user and system time.
            Span<long> usage = stackalloc long[32];
            if (GetResourceUsage(Children, ref usage[0]) != 0) throw new InvalidOperationException($"getrusage failed with {Marshal.GetLastPInvokeError()}.");
            return usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetResourceUsage(int who, ref long usage);
}
