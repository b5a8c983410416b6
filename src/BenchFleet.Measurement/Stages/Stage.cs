namespace BenchFleet.Measurement.Stages;

/// <summary>What a stage wants next.</summary>
/// <param name="Entries">Entries to record, at least 1.</param>
/// <param name="Calls">Queries each entry is the mean of.</param>
/// <param name="WithinNs">No entry is begun once this much time has passed since the ask.</param>
public readonly record struct Ask(int Entries, int Calls, long WithinNs);

/// <summary>
/// A part of a launch. It decides whether more is measured from what was measured so far and nothing else: no clock, no runtime.
/// </summary>
public interface IStage
{
    /// <param name="entriesNs">Entries of this stage so far, mean nanoseconds per query, in order.</param>
    /// <param name="elapsedNs">Time spent measuring in this stage, nanoseconds.</param>
    /// <returns>Null when the stage is over.</returns>
    Ask? Next(ReadOnlySpan<long> entriesNs, long elapsedNs);
}

/// <param name="Entries">Entries recorded; they are in the buffer given.</param>
/// <param name="Queries">Queries run.</param>
/// <param name="ElapsedNs">Wall time of the queries, without the time spent deciding.</param>
public readonly record struct StageOutcome(int Entries, long Queries, long ElapsedNs);
