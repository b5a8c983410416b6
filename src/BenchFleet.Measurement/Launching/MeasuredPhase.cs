using BenchFleet.Measurement.Energy;
using BenchFleet.Measurement.Noise;
using BenchFleet.Measurement.Stages;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Launching;

/// <summary>What the stages and the meters around them recorded.</summary>
/// <param name="EntriesNs">Raw entries in time order.</param>
/// <param name="Collections">Garbage collections of each generation inside the measured phase.</param>
/// <param name="CalibrationNs">The calibration kernel before and after.</param>
/// <param name="OthersShare">Share of the machine that others used from warm-up to the end.</param>
/// <param name="PeakBytes">Highest resident set so far, less the memory of the inputs.</param>
internal sealed record MeasuredPhase(
    long[] EntriesNs,
    int CallsPerEntry,
    StageOutcome Warmup,
    StageOutcome Measured,
    StopReason Reason,
    double TimerNs,
    (int Gen0, int Gen1, int Gen2) Collections,
    (long Before, long After) CalibrationNs,
    double OthersShare,
    long PeakBytes,
    EnergyWindow? Energy)
{
    internal sealed class Recorder(LaunchSpec spec, StageLoop loop, TimeProvider clock, Action<RunnerEvent> tell)
    {
        public MeasuredPhase Record(long[] warmupBuffer, long[] entriesBuffer, long inputBytes)
        {
            var meter = EnergyMeters.Open(clock);
            var timerNs = TimerCost.MeasureNs(clock);
            var before = CalibrationKernel.MeasureNs(clock);

            tell(new RunnerPhase("warm-up"));
            var useBefore = ProcessorUse.Read();
            var warmup = loop.Run(new WarmupStage(spec.Profile), warmupBuffer);
            var late = warmupBuffer.AsSpan(0, warmup.Entries)[(warmup.Entries / 2)..];
            var calls = Pilot.CallsPerEntry(Series.Median(late));
            var stage = new MeasureStage(spec.Profile, spec.Scenario, calls);

            tell(new RunnerPhase("measure"));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            var collections = Collected();
            meter.Start();
            var measured = loop.Run(stage, entriesBuffer);
            var energy = meter.Stop();
            var after = Collected();

            var peak = PeakMemory.Bytes() - inputBytes;
            var others = ProcessorUse.Read().OthersSince(useBefore);
            return new MeasuredPhase(
                entriesBuffer[..measured.Entries], calls, warmup, measured, stage.Reason, timerNs,
                (after.Gen0 - collections.Gen0, after.Gen1 - collections.Gen1, after.Gen2 - collections.Gen2),
                (before, CalibrationKernel.MeasureNs(clock)), others, peak, energy);
        }

        private static (int Gen0, int Gen1, int Gen2) Collected() => (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
    }
}
