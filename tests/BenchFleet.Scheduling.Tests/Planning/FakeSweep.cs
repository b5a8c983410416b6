using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Planning;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Sweeps;
using LaunchSummary = BenchFleet.Storage.Measurements.LaunchSummary;

namespace BenchFleet.Scheduling.Tests.Planning;

/// <summary>A sweep in memory: applies the planner's changes as the store would, and lets a test play the agents.</summary>
internal sealed class FakeSweep(SweepSpec spec, params TargetDevice[] devices)
{
    private static readonly Guid Id = new("00000000-0000-0000-0000-000000000001");
    private int _works;

    public SweepSnapshot Snapshot { get; private set; } = new(
        new StoredSweep(Id, "default", spec, SweepState.Running, DateTimeOffset.UnixEpoch, null, null, 1, 1),
        [], ImmutableDictionary<ContentHash, VariantStatus>.Empty, ImmutableDictionary<EvaluationKey, EvaluationRecord>.Empty, [], []);

    public List<TargetDevice> Devices { get; } = [.. devices];

    /// <summary>What the planner takes for the time; the sweep was submitted at the epoch.</summary>
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    public SweepState State => Snapshot.Sweep.State;

    public IEnumerable<WorkStatus> Pending => Snapshot.Work.Where(work => work.State == WorkState.Pending);

    public ImmutableArray<MeasureOrder> Blocks => [.. Pending.Select(work => work.Order).OfType<MeasureOrder>()];

    public TrialStatus Trial(string label) =>
        Snapshot.Trials.First(status => status.Trial.Label.StartsWith(label, StringComparison.Ordinal));

    /// <summary>Plans and applies until nothing changes; fails rather than going on for ever.</summary>
    public FakeSweep Settle()
    {
        for (var step = 0; step < 20; step++)
        {
            var changes = SweepPlanner.Plan(Snapshot, Devices, Now);
            if (changes.IsEmpty) return this;
            Apply(changes);
        }

        throw new InvalidOperationException("The plan never settles.");
    }

    /// <summary>Does all pending preparing and evaluating.</summary>
    public FakeSweep Prepare(Func<PrepareOrder, Failure?>? fails = null, Func<EvaluateOrder, EvaluationRecord>? evaluate = null,
        double sqnr = 30)
    {
        Settle();
        foreach (var work in Pending.Where(work => work.Order is PrepareOrder).ToArray())
        {
            var order = (PrepareOrder)work.Order;
            if (fails?.Invoke(order) is { } failure) Fail(work, failure);
            else Prepared(work, order, sqnr);
        }

        Settle();
        foreach (var work in Pending.Where(work => work.Order is EvaluateOrder).ToArray())
        {
            var order = (EvaluateOrder)work.Order;
            var device = Devices[0].Facts;
            var key = new EvaluationKey(order.Variant, device.IsaClass, order.Runtime.Provider, device.RuntimeVersion);
            var record = evaluate?.Invoke(order)
                ?? new EvaluationRecord(device.RuntimeVersion, device.IsaClass, "cpu", new FidelityRecord(8, 1, 30, 0, 8, 0), null);
            Snapshot = Snapshot with { Evaluations = Snapshot.Evaluations.SetItem(key, record), Work = Snapshot.Work.Remove(work) };
        }

        return Settle();
    }

    /// <summary>Commits every pending block with these times, in nanoseconds; null is a failed launch.</summary>
    public FakeSweep Measure(Func<Trial, int, double?> time, FailureKind kind = FailureKind.Device, int epoch = 1)
    {
        foreach (var work in Pending.Where(work => work.Order is MeasureOrder).ToArray())
        {
            var order = (MeasureOrder)work.Order;
            var launches = order.Launches.Select((launch, position) => Launch(order, position, time(TrialOf(launch.Trial), order.Round),
                kind));
            var block = new BlockStatus(order.Block, work.Device!.Value, epoch, order.Round, DateTimeOffset.UnixEpoch, [.. launches]);
            Snapshot = Snapshot with { Blocks = Snapshot.Blocks.Add(block), Work = Snapshot.Work.Remove(work) };
        }

        return Settle();
    }

    public FakeSweep FailBlock(Failure failure)
    {
        Fail(Pending.Single(work => work.Order is MeasureOrder), failure);
        return Settle();
    }

    public FakeSweep FailPending<T>(Func<T, bool> which, Failure failure)
        where T : WorkOrder
    {
        Fail(Pending.Single(work => work.Order is T order && which(order)), failure);
        return Settle();
    }

    private Trial TrialOf(Guid id) => Snapshot.Trials.Single(status => status.Trial.Id == id).Trial;

    private static LaunchSummary Launch(MeasureOrder order, int position, double? ns, FailureKind kind) => new(
        order.Block, order.Launches[position].Trial, order.Round, position,
        ns is { } p50 ? new LaunchFigures(100, p50, p50, p50, 1e9 / p50, 1, 1, 1, 1, 1, [], null) : null,
        ns is null ? new Failure(kind, "crashed", "The runner crashed.") : null);

    private void Prepared(WorkStatus work, PrepareOrder order, double sqnr)
    {
        var bundle = new Bundle([new BundleFile("model.onnx", 10, order.Variant)]);
        var report = new VariantReport(40, 10, 9, [], new FidelityRecord(8, 1, sqnr, 0, 8, 0), 1);
        var status = new VariantStatus(order.Variant, VariantState.Ready, bundle, report, null);
        Snapshot = Snapshot with { Variants = Snapshot.Variants.SetItem(order.Variant, status), Work = Snapshot.Work.Remove(work) };
    }

    private void Fail(WorkStatus work, Failure failure) =>
        Snapshot = Snapshot with { Work = Snapshot.Work.Replace(work, work with { State = WorkState.Failed, Failure = failure }) };

    private void Apply(SweepChanges changes)
    {
        var moved = changes.Transitions.ToDictionary(transition => transition.Trial);
        var trials = Snapshot.Trials.Select(status => moved.TryGetValue(status.Trial.Id, out var transition)
            ? status with { State = Expect(status, transition), Failure = transition.Failure }
            : status);
        var work = Snapshot.Work.Where(item => !changes.Cancelled.Contains(item.Id))
            .Concat(changes.Work.Select(item => new WorkStatus(
                new Guid(++_works, 0, 0, new byte[8]), item.Key, item.Order, WorkState.Pending, 0, item.Device,
                null, null, null, null, null)));
        Snapshot = Snapshot with
        {
            Sweep = Snapshot.Sweep with { Version = Snapshot.Sweep.Version + 1, State = changes.State ?? State, Failure = changes.Failure },
            Trials = [.. trials, .. changes.Trials.Select(trial => new TrialStatus(trial, TrialState.Waiting, null))],
            Work = [.. work],
        };
        Assert.Equal(Snapshot.Trials.Length, Snapshot.Trials.DistinctBy(status => status.Trial.Id).Count());
        Assert.Equal(Snapshot.Work.Length, Snapshot.Work.DistinctBy(item => item.Key).Count());
    }

    private static TrialState Expect(TrialStatus status, TrialTransition transition)
    {
        Assert.Equal(status.State, transition.Expected);
        return transition.Next;
    }
}
