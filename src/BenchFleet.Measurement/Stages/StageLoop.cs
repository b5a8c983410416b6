using System.Runtime.CompilerServices;

namespace BenchFleet.Measurement.Stages;

/// <summary>
/// Runs stages over one inference. The loop allocates nothing and reads the clock once per entry: the end of one is the start of the next.
/// </summary>
public sealed class StageLoop(IInference inference, TimeProvider clock)
{
    private const long NsPerSecond = 1_000_000_000;

    private int _sample;

    /// <param name="buffer">Receives the entries; a stage ends when it is full.</param>
    public StageOutcome Run(IStage stage, Span<long> buffer)
    {
        var done = new StageOutcome(0, 0, 0);
        while (done.Entries < buffer.Length && stage.Next(buffer[..done.Entries], done.ElapsedNs) is { } ask)
        {
            var free = buffer[done.Entries..];
            var (entries, ticks) = Record(ask, free[..Math.Min(ask.Entries, free.Length)]);
            ToNsPerQuery(free[..entries], ask.Calls);
            done = new StageOutcome(done.Entries + entries, done.Queries + ((long)entries * ask.Calls), done.ElapsedNs + ToNs(ticks));
        }
        return done;
    }

    // Optimised from its first call, so that no recompilation changes what an entry costs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Entries, long Ticks) Record(Ask ask, Span<long> into)
    {
        var samples = inference.Samples;
        var sample = _sample;
        var limit = ToTicks(ask.WithinNs);
        var start = clock.GetTimestamp();
        var before = start;
        var entries = 0;
        while (entries < into.Length && (entries == 0 || before - start < limit))
        {
            for (var call = 0; call < ask.Calls; call++)
            {
                inference.Run(sample);
                if (++sample == samples) sample = 0;
            }
            var after = clock.GetTimestamp();
            into[entries++] = after - before;
            before = after;
        }
        _sample = sample;
        return (entries, before - start);
    }

    private void ToNsPerQuery(Span<long> ticks, int calls)
    {
        foreach (ref var entry in ticks) entry = (ToNs(entry) + (calls / 2)) / calls;
    }

    private long ToNs(long ticks) =>
        clock.TimestampFrequency == NsPerSecond ? ticks : (long)(ticks * ((double)NsPerSecond / clock.TimestampFrequency));

    private long ToTicks(long ns) =>
        clock.TimestampFrequency == NsPerSecond ? ns : (long)(ns * ((double)clock.TimestampFrequency / NsPerSecond));
}
