using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Statistics;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Scheduling.Tests.Pools;

public sealed class PoolModelOnSqlite() : PoolModelSuite(TestDatabase.Sqlite);

public sealed class PoolModelOnPostgres() : PoolModelSuite(TestDatabase.Postgres);

/// <summary>
/// Random commands against an oracle that knows nothing but the rules: whatever comes in whatever order, every answer is the oracle's, and in
/// the end every item has ended once. BENCHFLEET_MODEL_STEPS makes it longer.
/// </summary>
public abstract class PoolModelSuite(TestDatabase database) : PoolTest(database)
{
    private const int Agents = 3;
    private static readonly int Steps = int.TryParse(Environment.GetEnvironmentVariable("BENCHFLEET_MODEL_STEPS"), out var steps) ? steps : 150;

    private readonly PoolOracle _oracle = new();
    private readonly List<(TestAgent Agent, WorkLease Lease)> _leases = [];
    private readonly TestAgent[] _agents = new TestAgent[Agents];
    private IPoolShard _shard = null!;

    [StorageFact]
    public Task Every_answer_is_the_oracles_seed_1() => Run(1);

    [StorageFact]
    public Task Every_answer_is_the_oracles_seed_2() => Run(2);

    private async Task Run(ulong seed)
    {
        var random = new SplitMix64(seed);
        for (var i = 0; i < Agents; i++) _agents[i] = await GivenAgent($"host {i}", "cpu0", "cpu1");
        Guid[] sweeps = [await GivenPrepares(20), await GivenPrepares(20, "other"), await GivenPrepares(10)];
        foreach (var sweep in sweeps)
            foreach (var work in (await Sweeps.Load(sweep, None))!.Work) _oracle.Add(sweep, work.Id);
        _shard = await Activate();

        for (var step = 0; step < Steps; step++) await Step(random, sweeps, step);
        await Drain();

        foreach (var sweep in sweeps)
            Assert.Equal(_oracle.Failed(sweep), (await Sweeps.Load(sweep, None))!.Work.Select(work => work.Id).Order());
    }

    private async Task Step(SplitMix64 random, Guid[] sweeps, int step)
    {
        var agent = random.NextIndex(Agents);
        switch (random.NextIndex(14))
        {
            case <= 4:
                await Ask(_agents[agent], random.NextIndex(3));
                break;
            case <= 7 when _leases.Count > 0:
                await Deliver(_leases[random.NextIndex(_leases.Count)], Given.Prepared());
                break;
            case 8 when _leases.Count > 0:
                var kinds = Enum.GetValues<FailureKind>();
                await Deliver(_leases[random.NextIndex(_leases.Count)], Given.Failed(kinds[random.NextIndex(kinds.Length)]));
                break;
            case 9:
                foreach (var (holder, lease) in _leases)
                    Assert.Equal(_oracle.Holds(lease, holder.Session) ? 0 : 1, (await Beat(_shard, holder, lease)).Length);
                break;
            case 10:
                Pass(Engine.Lease + TimeSpan.FromSeconds(1));
                await _shard.Tick(None);
                _oracle.ExpireAll();
                break;
            case 11:
                var zombie = _shard;
                _shard = await Activate();
                await _shard.Tick(None);
                if (ShowsFences) await Assert.ThrowsAsync<PoolFencedException>(() => Zombie(zombie));
                break;
            case 12:
                _oracle.EndSession(_agents[agent].Session);
                _agents[agent] = await GivenAgent($"host {agent}", "cpu0", "cpu1");
                await _shard.Recheck(None);
                break;
            case 13 when step == Steps / 2:
                await Sweeps.Cancel(sweeps[2], Now, None);
                _oracle.Cancel(sweeps[2]);
                await _shard.Recheck(None);
                break;
        }
    }

    private async Task Ask(TestAgent agent, int devices)
    {
        var (request, asked) = (Guid.NewGuid(), devices == 2 ? agent.Devices : [agent.Devices[devices]]);
        await _shard.WorkReady(None);
        var leases = await Lease(_shard, agent, request, devices: asked);
        foreach (var lease in leases)
        {
            _oracle.Lease(lease, agent.Session);
            _leases.Add((agent, lease));
        }

        Assert.Equal(leases.Select(lease => (lease.Work, lease.Attempt)), (await Lease(_shard, agent, request, devices: asked)).Select(lease => (lease.Work, lease.Attempt)));
    }

    private async Task Deliver((TestAgent Agent, WorkLease Lease) held, WorkOutcome outcome)
    {
        var expected = _oracle.Commit(held.Lease, held.Agent.Session, outcome);
        var results = await Task.WhenAll(Commit(_shard, held.Agent, held.Lease, outcome), Commit(_shard, held.Agent, held.Lease, outcome));

        var again = expected == CommitResult.Committed ? CommitResult.Already : expected;
        Assert.Equal(new[] { expected, again }.Order(), results.Order());
    }

    /// <summary>Something that has to be written: nothing may come of it.</summary>
    private async Task Zombie(IPoolShard zombie)
    {
        if (_leases.FirstOrDefault(held => _oracle.Holds(held.Lease, held.Agent.Session)) is { Agent: not null } held)
            await Commit(zombie, held.Agent, held.Lease, Given.Prepared());
        throw new PoolFencedException("There was nothing to write.");
    }

    private async Task Drain()
    {
        for (var round = 0; round < 200 && _oracle.Open > 0; round++)
        {
            Pass(Engine.Lease * 5);
            await _shard.Tick(None);
            _oracle.ExpireAll();
            foreach (var agent in _agents)
                foreach (var lease in await Lease(_shard, agent))
                {
                    _oracle.Lease(lease, agent.Session);
                    await Deliver((agent, lease), Given.Prepared());
                }
        }

        Assert.Equal(0, _oracle.Open);
    }
}
