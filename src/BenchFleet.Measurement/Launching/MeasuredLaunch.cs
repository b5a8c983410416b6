using System.Collections.Immutable;
using System.Diagnostics;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Inputs;
using BenchFleet.Measurement.Noise;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Stages;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Launching;

/// <summary>
/// One launch inside the runner: load, first inference, warm-up, pilot, measured phase, trace. Runs in the process it measures, so it must
/// be the only thing the process does.
/// </summary>
public sealed class MeasuredLaunch(LaunchSpec spec, Action<RunnerEvent> tell, TimeProvider clock)
{
    // Entries kept of the warm-up: only its end matters, and a pilot keeps entries above 20 µs.
    private const int WarmupEntries = 100_000;

    private readonly long[] _warmup = new long[WarmupEntries];
    private readonly long[] _entries = new long[spec.Profile.MaxCount];

    public LaunchResult Run()
    {
        if (spec.Scenario == Scenario.Server)
            return Failed(FailureKind.User, "scenario.unsupported",
                "The Server scenario is not measured by this runner; it measures SingleStream, MultiStream and Offline.");
        try
        {
            var samples = spec.InputsPath is { } path ? InputSource.Read(path) : null;
            return Load(samples);
        }
        catch (InvalidDataException e)
        {
            return Failed(FailureKind.User, "inputs.unreadable", e.Message);
        }
        catch (OutOfMemoryException)
        {
            return Failed(FailureKind.Device, "device.outOfMemory",
                $"The device has too little memory to measure '{Path.GetFileName(spec.ModelPath)}'.");
        }
    }

    private LaunchResult Load(IReadOnlyList<IReadOnlyList<OnnxTensor>>? samples)
    {
        // Everything of ours that takes memory is touched, and the library is in, before the model comes.
        Array.Fill(_warmup, 1);
        Array.Fill(_entries, 1);
        if (OnnxRuntimeLibrary.TryLoad() is { } problem) return Failed(FailureKind.Device, "runtime.missing", problem);
        var runtimeVersion = OrtEnv.Instance().GetVersionString();
        var emptyBytes = PeakMemory.Bytes();
        var outcome = SessionFactory.Create(spec.ModelPath, spec.Runtime);
        var loadNs = (long)SinceStart().TotalNanoseconds;
        if (outcome is SessionOutcome.Refused refused) return new LaunchResult.Failed(refused.Failure);
        tell(new RunnerReady(Environment.ProcessId, runtimeVersion, loadNs));

        using var session = ((SessionOutcome.Opened)outcome).Session;
        var inputs = ModelValue.InputsOf(session);
        var (drawn, cannotDraw) = samples is null ? DrawnInputs.Draw(inputs, spec.Seed) : (samples, null);
        if (cannotDraw is not null) return Failed(FailureKind.User, "inputs.missing", cannotDraw);
        var (queries, misfit) = SampleBatch.Fit(drawn, inputs, spec.Runtime.Batch);
        if (misfit is not null) return Failed(FailureKind.User, "inputs.misfit", misfit);
        try
        {
            var inputsKind = samples is null ? "generated" : "given";
            var report = new LaunchReport(spec, runtimeVersion, loadNs, emptyBytes) { Inputs = $"{inputsKind} {queries.Length}" };
            var measured = Measure(session, queries, report);
            session.Dispose();
            tell(new RunnerPhase("trace"));
            var trace = spec.Trace ? TracedRun.Of(spec.ModelPath, spec.Runtime, queries[0]) : PlacementTrace.Empty;
            return new LaunchResult.Measured(report.Build(measured, trace), measured.Energy);
        }
        catch (Exception e) when (RuntimeFault.IsFromRuntime(e))
        {
            var ranOn = samples is null ? "generated inputs, so it needs a dataset" : "the inputs given";
            return new LaunchResult.Failed(RuntimeFault.AtRun(e, spec.ModelPath, ranOn));
        }
    }

    private MeasuredPhase Measure(InferenceSession session, ImmutableArray<ImmutableArray<OnnxTensor>> tensors, LaunchReport report)
    {
        using var queries = new QuerySet(tensors);
        using var unbound = new UnboundInference(session, queries);
        var start = clock.GetTimestamp();
        var first = unbound.RunOnce(0);
        report.FirstInferenceNs = (long)clock.GetElapsedTime(start).TotalNanoseconds;
        var shapes = first.Select(ShapeOf).ToImmutableArray();
        first.Dispose();

        using var bound = spec.Runtime.IoBinding ? new BoundInference(session, queries, shapes) : null;
        report.IoBinding = bound is null ? "off" : $"on, {bound.PreallocatedOutputs} of {shapes.Length} outputs preallocated";
        IInference inference = bound is null ? unbound : bound;
        var loop = new StageLoop(spec.Scenario == Scenario.MultiStream ? new MultiStreamInference(inference) : inference, clock);
        return new MeasuredPhase.Recorder(spec, loop, clock, tell).Record(_warmup, _entries, queries.Bytes);
    }

    private static ImmutableArray<long>? ShapeOf(OrtValue value) => value.IsTensor ? [.. value.GetTensorTypeAndShape().Shape] : null;

    private TimeSpan SinceStart()
    {
        if (spec.StartedAt is { } startedAt) return clock.GetElapsedTime(startedAt);
        using var self = Process.GetCurrentProcess();
        return clock.GetUtcNow() - new DateTimeOffset(self.StartTime);
    }

    private static LaunchResult.Failed Failed(FailureKind kind, string code, string message) => new(new Failure(kind, code, message));
}
