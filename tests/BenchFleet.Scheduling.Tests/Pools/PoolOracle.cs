using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Tests.Pools;

/// <summary>The rules of leases, in memory and one at a time.</summary>
internal sealed class PoolOracle
{
    private readonly Dictionary<Guid, Item> _items = [];
    private readonly Dictionary<(Guid, int), string> _outcomes = [];

    public int Open => _items.Values.Count(item => item.State is WorkState.Pending or WorkState.Leased);

    public void Add(Guid sweep, Guid work) => _items[work] = new Item { Sweep = sweep };

    public IEnumerable<Guid> Failed(Guid sweep) => _items.Where(item => item.Value.Sweep == sweep && item.Value.State == WorkState.Failed).Select(item => item.Key).Order();

    public bool Holds(WorkLease lease, Guid session)
    {
        var item = _items[lease.Work];
        return item.State == WorkState.Leased && item.Attempt == lease.Attempt && item.Session == session;
    }

    public void Lease(WorkLease lease, Guid session)
    {
        var item = _items[lease.Work];
        Assert.Equal((WorkState.Pending, item.Attempt + 1), (item.State, lease.Attempt));
        Assert.DoesNotContain(_items.Values, other => other.State == WorkState.Leased && other.Device == lease.Device);
        (item.State, item.Attempt, item.Device, item.Session) = (WorkState.Leased, lease.Attempt, lease.Device, session);
    }

    public CommitResult Commit(WorkLease lease, Guid session, WorkOutcome outcome)
    {
        var text = CanonicalJson.Write(outcome);
        if (!Holds(lease, session)) return _outcomes.GetValueOrDefault((lease.Work, lease.Attempt)) == text ? CommitResult.Already : CommitResult.Superseded;

        _outcomes[(lease.Work, lease.Attempt)] = text;
        if (outcome is WorkFailed failed) Fail(_items[lease.Work], failed.Failure.Kind);
        else _items[lease.Work].State = WorkState.Succeeded;
        return CommitResult.Committed;
    }

    public void ExpireAll()
    {
        foreach (var item in _items.Values.Where(item => item.State == WorkState.Leased)) Fail(item, FailureKind.Infrastructure);
    }

    public void EndSession(Guid session)
    {
        foreach (var item in _items.Values.Where(item => item.State == WorkState.Leased && item.Session == session)) Fail(item, FailureKind.Infrastructure);
    }

    public void Cancel(Guid sweep)
    {
        foreach (var item in _items.Values.Where(item => item.Sweep == sweep && item.State is WorkState.Pending or WorkState.Leased && item.Sweep == sweep))
            item.State = WorkState.Cancelled;
    }

    private static void Fail(Item item, FailureKind kind)
    {
        var tries = item.Failures[kind] = item.Failures.GetValueOrDefault(kind) + 1;
        item.State = RetryPolicy.Decide(kind, tries) is RetryDecision.Again ? WorkState.Pending : WorkState.Failed;
    }

    private sealed class Item
    {
        public required Guid Sweep { get; init; }

        public WorkState State { get; set; } = WorkState.Pending;

        public int Attempt { get; set; }

        public Guid Device { get; set; }

        public Guid Session { get; set; }

        public Dictionary<FailureKind, int> Failures { get; } = [];
    }
}
