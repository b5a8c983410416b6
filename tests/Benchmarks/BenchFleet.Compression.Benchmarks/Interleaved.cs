using System.Diagnostics;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>Several ways to do one thing, timed in turn so that whatever slows the machine slows all of them.</summary>
internal static class Interleaved
{
    /// <summary>Median seconds of each way; a round before the first is not counted.</summary>
    public static double[] Medians(int rounds, params ReadOnlySpan<Action> ways) => Medians(rounds, Seconds, ways);

    /// <summary>Median processor seconds of each way, for work of one thread: what others do meanwhile counts less.</summary>
    public static double[] ProcessorMedians(int rounds, params ReadOnlySpan<Action> ways) => Medians(rounds, ProcessorSeconds, ways);

    private static double[] Medians(int rounds, Func<Action, double> secondsOf, ReadOnlySpan<Action> ways)
    {
        var times = new double[ways.Length][];
        for (var way = 0; way < times.Length; way++)
            times[way] = new double[rounds];
        for (var round = -1; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var seconds = secondsOf(ways[way]);
                if (round >= 0) times[way][round] = seconds;
            }
        }

        return Array.ConvertAll(times, Median);
    }

    public static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static double ProcessorSeconds(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    public static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
