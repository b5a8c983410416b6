using System.Collections.Immutable;
using System.Reflection;
using BenchFleet.Agent.Cache;
using BenchFleet.Agent.Enrolment;
using BenchFleet.Agent.Execution;
using BenchFleet.Agent.Spool;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Devices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BenchFleet.Agent;

/// <summary>
/// Offers this machine to a server: registers, leases one order at a time, carries it out, delivers the outcome. While it works, heartbeats
/// are the only other thing it does. A server that is away stops nothing: outcomes wait on disk.
/// </summary>
public sealed partial class Agent(AgentOptions options, BenchFleetClient client, TimeProvider clock, ILogger? logger = null)
{
    private const string LockFile = "agent.lock";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // An agent that is thrown out so soon after it registered has a double of the same name.
    private static readonly TimeSpan LeastLife = TimeSpan.FromSeconds(60);

    private readonly ILogger _log = logger ?? NullLogger.Instance;
    private readonly Guid _session = Guid.NewGuid();
    private readonly News _news = new();
    private volatile AgentRegistered? _registered;
    private volatile RunningWork? _running;
    private volatile bool _draining;
    private volatile bool _unknown;

    public async Task<AgentEnd> Run(CancellationToken cancel)
    {
        Directory.CreateDirectory(options.DataFolder);
        using var alone = Lock();
        if (alone is null) return new AgentEnd.Refused($"Another agent works in '{options.DataFolder}'.");
        try
        {
            return await Live(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new AgentEnd.Stopped();
        }
    }

    private async Task<AgentEnd> Live(CancellationToken cancel)
    {
        var facts = await Task.Run(() => HostProbe.Read(), cancel);
        var cache = new BundleCache(Path.Combine(options.DataFolder, "cache"), options.CacheBytes, client.Artifacts, _log);
        var executor = new WorkExecutor(cache, client.Artifacts, facts, options, clock);
        var courier = new Courier(new OutcomeSpool(Path.Combine(options.DataFolder, "spool")), client, _log);

        var admission = new Admission(options, client, clock, _log);
        if (await admission.Enter(cancel) is { } shut) return shut;

        // A new session voids the leases of the old one: what the old one finished has to arrive before that.
        while (await courier.Deliver(cancel) == Delivery.Away) await Task.Delay(Pause, clock, cancel);
        if (await Register(facts, cancel) is { } refused) return refused;
        await admission.Renew(_registered!.Agent, cancel);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var beating = Beat(stop.Token);
        try
        {
            return await Work(facts, executor, courier, cancel);
        }
        finally
        {
            await stop.CancelAsync();
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<AgentEnd> Work(DeviceFacts facts, WorkExecutor executor, Courier courier, CancellationToken cancel)
    {
        var (registeredAt, request) = (clock.GetTimestamp(), Guid.NewGuid());
        while (true)
        {
            if (_unknown)
            {
                // The server forgot us (another database), or a double took our place.
                if (clock.GetElapsedTime(registeredAt) < LeastLife)
                    return new AgentEnd.Refused($"Another agent named '{options.Name}' works for {client.Server}; names are unique.");
                if (await Register(facts, cancel) is { } refused) return refused;
                (_unknown, registeredAt, request) = (false, clock.GetTimestamp(), Guid.NewGuid());
            }

            if (await courier.Deliver(cancel) != Delivery.Done || _draining)
            {
                await Task.Delay(Pause, clock, cancel);
                continue;
            }

            var (agent, devices) = (_registered!.Agent, _registered.Devices.Select(device => device.Id).ToImmutableArray());
            switch (await client.Lease(agent, new LeaseWork(_session, request, devices, options.LeaseWaitSeconds), cancel))
            {
                case ApiResult<LeasedWork>.Ok { Value.Leases: var leases }:
                    request = Guid.NewGuid();
                    _news.Over();
                    foreach (var lease in leases) await Carry(lease, agent, executor, courier, cancel);
                    break;
                case ApiResult<LeasedWork>.Refused { Problem.Type: Problems.UnknownSession }:
                    _unknown = true;
                    break;
                case ApiResult<LeasedWork>.Refused { Problem: var problem }:
                    if (_news.Is(problem.Detail)) LeaseRefused(_log, problem.Detail);
                    await Task.Delay(Pause, clock, cancel);
                    break;
                case ApiResult<LeasedWork>.Unreachable { Reason: var reason }:
                    // The same request again: if it was answered and the answer was lost, the leases come once more.
                    if (_news.Is(reason)) ServerAway(_log, reason);
                    await Task.Delay(Pause, clock, cancel);
                    break;
            }
        }
    }

    private async Task Carry(Lease lease, Guid agent, WorkExecutor executor, Courier courier, CancellationToken cancel)
    {
        WorkStarts(_log, lease.Label, lease.Work, lease.Attempt);
        WorkOutcome outcome;
        using (var work = new RunningWork(lease, cancel))
        {
            _running = work;
            try
            {
                outcome = await executor.Run(work);
            }
            catch (OperationCanceledException) when (work.Cancel.IsCancellationRequested)
            {
                cancel.ThrowIfCancellationRequested();
                WorkForgotten(_log, lease.Label, lease.Work, lease.Attempt);
                return;
            }
#pragma warning disable CA1031 // The boundary of an order: whatever went wrong in it is its outcome, and the agent lives on.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                WorkFaulted(_log, fault, lease.Label, lease.Work, lease.Attempt);
                outcome = new WorkFailed(WorkFault.Of(fault));
            }
            finally
            {
                _running = null;
            }
        }

        if (outcome is WorkFailed { Failure: var failure }) WorkFailedWith(
            _log, lease.Label, lease.Work, lease.Attempt, failure.Code, failure.Message);
        await courier.Post(new SpooledOutcome(agent, new CommitWork(_session, lease.Work, lease.Attempt, outcome)), cancel);
    }

    /// <returns>Null once the server knows us.</returns>
    private async Task<AgentEnd.Refused?> Register(DeviceFacts facts, CancellationToken cancel)
    {
        var version = typeof(Agent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var offer = new RegisterAgent(options.Name, _session, version, [new OfferedDevice("cpu", facts)]);
        while (true)
        {
            switch (await client.Register(offer, cancel))
            {
                case ApiResult<AgentRegistered>.Ok { Value: var registered }:
                    _registered = registered;
                    Registered(_log, options.Name, client.Server, facts.Class);
                    return null;
                case ApiResult<AgentRegistered>.Refused { Problem: { Status: < 500 } problem }:
                    return new AgentEnd.Refused($"{client.Server} does not take this agent: {problem.Detail}");
                case ApiResult<AgentRegistered>.Refused { Problem: var problem }:
                    if (_news.Is(problem.Detail)) ServerAway(_log, problem.Detail);
                    break;
                case ApiResult<AgentRegistered>.Unreachable { Reason: var reason }:
                    if (_news.Is(reason)) ServerAway(_log, reason);
                    break;
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }

    private async Task Beat(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_registered!.HeartbeatSeconds), clock);
        do
        {
            var running = _running?.Progress;
            var answer = await client.Heartbeat(_registered.Agent, new Heartbeat(_session, running is null ? [] : [running]), cancel);
            if (answer is ApiResult<HeartbeatAnswer>.Refused { Problem.Type: Problems.UnknownSession }) _unknown = true;
            if (answer is not ApiResult<HeartbeatAnswer>.Ok { Value.Commands: var commands }) continue;
            _draining = commands.Any(command => command.Kind == AgentCommandKind.Drain);
            foreach (var command in commands) Obey(command);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private void Obey(AgentCommand command)
    {
        if (command.Kind == AgentCommandKind.Cancel && _running is { } work && work.Lease.Work == command.Work
            && work.Lease.Attempt == command.Attempt) work.Forget();
    }

    private FileStream? Lock()
    {
        try
        {
            return new FileStream(Path.Combine(options.DataFolder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
