using System.Collections.Immutable;
using System.Text;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;

namespace BenchFleet.Server.Tests.Fleet;

/// <summary>An agent that makes its results up, over the real protocol. Times depend on the variant only, so that results are
/// known.</summary>
internal sealed class ScriptedAgent(TestServer server, string name = "agent", BenchFleetClient? client = null)
{
    private Guid _device;

    public Guid Session { get; private set; } = Guid.NewGuid();

    public Guid Id { get; private set; }

    private BenchFleetClient Client => client ?? server.Client;

    public static DeviceFacts Facts { get; } = new(
        DeviceKind.Cpu, "Test CPU", "x64", ["avx2"], 2, 8L << 30, "1.0", ["CPUExecutionProvider"],
        ImmutableSortedDictionary<string, string>.Empty);

    public async Task<ScriptedAgent> Register(Guid? session = null)
    {
        Session = session ?? Session;
        var registered = Answer.Ok(await Client.Register(new RegisterAgent(name, Session, "test", [new OfferedDevice("cpu", Facts)]),
            CancellationToken.None));
        (Id, _device) = (registered.Agent, registered.Devices[0].Id);
        return this;
    }

    public Task<ApiResult<LeasedWork>> Ask(double wait = 10, Guid? request = null) =>
        Client.Lease(Id, new LeaseWork(Session, request ?? Guid.NewGuid(), [_device], wait), CancellationToken.None);

    /// <summary>The next piece of work; fails when there is none.</summary>
    public async Task<Lease> Next(double wait = 10) => Assert.Single(Answer.Ok(await Ask(wait)).Leases);

    /// <summary>Does work until a lease of this kind comes, and answers that one undone.</summary>
    public async Task<Lease> NextOf<T>()
        where T : WorkOrder
    {
        while (true)
        {
            var lease = await Next();
            if (lease.Order is T) return lease;
            await Commit(lease);
        }
    }

    public async Task<CommitStatus> Commit(Lease lease, Guid? session = null, WorkOutcome? outcome = null)
    {
        outcome ??= await Outcome(lease.Order);
        return Answer.Ok(await Client.Commit(Id, new CommitWork(session ?? Session, lease.Work, lease.Attempt, outcome),
            CancellationToken.None)).Status;
    }

    public Task<ApiResult<HeartbeatAnswer>> Beat(params Lease[] running) => Client.Heartbeat(
        Id, new Heartbeat(Session,
            [.. running.Select(lease => new WorkProgress(lease.Work, lease.Attempt, "working", 0.5))]), CancellationToken.None);

    /// <summary>Works until the sweep has ended.</summary>
    public async Task<SweepView> Finish(Guid sweep)
    {
        while (true)
        {
            var view = Answer.Ok(await Client.GetSweep(sweep, CancellationToken.None));
            if (view.State != SweepState.Running) return view;
            foreach (var lease in Answer.Ok(await Ask(wait: 0.3)).Leases) await Commit(lease);
        }
    }

    public async Task<WorkOutcome> Outcome(WorkOrder order) => order switch
    {
        PrepareOrder prepare => new Prepared(await Variant(prepare), new VariantReport(136491, 40000, 30000, [], Fidelity, 0.1)),
        EvaluateOrder evaluate => new Evaluated(new EvaluationRecord("1.0", Facts.IsaClass, evaluate.Runtime.Provider, Fidelity, null)),
        MeasureOrder measure => new Measured([.. measure.Launches.Select((launch, position) => Launch(launch, position, measure.Round))]),
        _ => throw new InvalidOperationException(order.Kind.ToString()),
    };

    private static FidelityRecord Fidelity { get; } = new(8, 1, 40, 0, 8, 0);

    private Task<Bundle> Variant(PrepareOrder order) => server.Upload(Encoding.UTF8.GetBytes($"variant {order.Variant}"), "variant.onnx", Client);

    private static LaunchRecord Launch(LaunchOrder launch, int position, int round)
    {
        var ns = 1_000_000 + launch.Bundle.Hex[0] * 1_000L + round * 10;
        return new LaunchRecord(launch.Trial, position, new LaunchMeasurement(
            [.. Enumerable.Range(0, 100).Select(i => ns + i)], 1, 1, 100 * ns, 10, 1_000, 2_000, 3_000, 20, "precision", "flat", [],
            ImmutableSortedDictionary<string, int>.Empty.Add("cpu", 3), ImmutableSortedDictionary<string, long>.Empty, null,
            ImmutableSortedDictionary<string, string>.Empty.Add("os.kernel", "test")), null);
    }
}
