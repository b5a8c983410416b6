namespace BenchFleet.Compression.Numerics;

/// <summary>Work on parts that do not know of each other, on all processors. Every part writes a place of its own, so the order is free.</summary>
internal static class Lanes
{
    private static readonly AsyncLocal<int> Limit = new();

    /// <summary>Parts that run at once, at most.</summary>
    public static int Count => Limit.Value > 0 ? Limit.Value : Environment.ProcessorCount;

    public static void For(int from, int to, Action<int> part) => Parallel.For(from, to, Options(), part);

    public static void For<TBuffers>(int from, int to, Func<TBuffers> buffers, Action<int, TBuffers> part) => Parallel.For(
        from, to, Options(), buffers, (i, _, own) =>
        {
            part(i, own);
            return own;
        }, static _ => { });

    /// <summary>Runs work with so many threads at most: that its result is the same is tested with this.</summary>
    public static T Limited<T>(int threads, Func<T> work)
    {
        var before = Limit.Value;
        Limit.Value = threads;
        try
        {
            return work();
        }
        finally
        {
            Limit.Value = before;
        }
    }

    private static ParallelOptions Options() => new() { MaxDegreeOfParallelism = Count };
}
