using System.Runtime.CompilerServices;

namespace BenchFleet.Measurement.Noise;

/// <summary>
/// About 50 ms of fixed single-thread work before and after a launch: when it got slower, the clock did (method.md, 2.8). Each part is
/// short enough to fall between two interruptions, and the lower quartile of the parts is taken: interruptions only ever add.
/// </summary>
public static class CalibrationKernel
{
    /// <summary>Slower than this after than before means throttled; the ratio Android's benchmark library uses.</summary>
    public const double ThrottledRatio = 1.10;

    private const int Parts = 50;
    private const int RoundsPerPart = 600_000;

    /// <summary>Nanoseconds of one part, about a millisecond on a current processor.</summary>
    public static long MeasureNs(TimeProvider clock)
    {
        Span<long> ticks = stackalloc long[Parts];
        var value = 1u;
        foreach (ref var part in ticks)
        {
            var start = clock.GetTimestamp();
            value = Spin(value);
            part = clock.GetTimestamp() - start;
        }
        ticks.Sort();
        return (long)(ticks[Parts / 4] * (1e9 / clock.TimestampFrequency));
    }

    // A dependent chain in registers: its speed is the clock's, whatever the caches and the vector units do.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static uint Spin(uint value)
    {
        for (var i = 0; i < RoundsPerPart; i++)
        {
            value ^= value << 13;
            value ^= value >> 17;
            value ^= value << 5;
        }
        return value;
    }
}
