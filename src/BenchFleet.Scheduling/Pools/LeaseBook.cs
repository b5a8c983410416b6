using System.Collections.Immutable;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Pools;

/// <summary>A lease in memory: what is stored, and how far it was prolonged since.</summary>
internal sealed class LiveLease(HeldLease stored, DateTimeOffset until, long sequence)
{
    public HeldLease Stored => stored;

    public Guid Work => stored.Lease.Work;

    public int Attempt => stored.Lease.Attempt;

    public Guid Device => stored.Lease.Device;

    /// <summary>Counts the leases of the book: tells those that a reading could not have seen.</summary>
    public long Sequence => sequence;

    public DateTimeOffset Until { get; set; } = until;

    /// <summary>As it is in the database.</summary>
    public DateTimeOffset Written { get; set; } = stored.Lease.ExpiresAt;

    public string? Doing { get; set; }

    public double? Fraction { get; set; }

    public bool Prolonged { get; set; }

    /// <summary>Its end is being written.</summary>
    public bool Ending { get; set; }
}

/// <summary>The leases of a shard by device and by attempt, and when they run out.</summary>
internal sealed class LeaseBook
{
    private readonly Dictionary<Guid, LiveLease> _byDevice = [];
    private readonly Dictionary<(Guid, int), LiveLease> _byAttempt = [];
    private readonly HashSet<(Guid, int)> _ended = [];

    // An entry is where a lease would run out if it had not been prolonged since; that is looked at when its time comes.
    private readonly PriorityQueue<LiveLease, DateTimeOffset> _wheel = new();

    public int Count => _byDevice.Count;

    public long Sequence { get; private set; }

    public IEnumerable<LiveLease> All => _byDevice.Values;

    public LiveLease? Of(Guid device) => _byDevice.GetValueOrDefault(device);

    public LiveLease? Find(Guid work, int attempt) => _byAttempt.GetValueOrDefault((work, attempt));

    public LiveLease Add(HeldLease stored, DateTimeOffset until)
    {
        if (_byDevice.TryGetValue(stored.Lease.Device, out var former)) Remove(former);
        var lease = new LiveLease(stored, until, ++Sequence);
        _byDevice[lease.Device] = lease;
        _byAttempt[(lease.Work, lease.Attempt)] = lease;
        _wheel.Enqueue(lease, until);
        return lease;
    }

    /// <summary>It has ended, whether it was known here or not: a reading that began before may still find it.</summary>
    public void Over(Guid work, int attempt) => _ended.Add((work, attempt));

    public void Remove(LiveLease lease)
    {
        Over(lease.Work, lease.Attempt);
        _byAttempt.Remove((lease.Work, lease.Attempt));
        if (_byDevice.GetValueOrDefault(lease.Device) == lease) _byDevice.Remove(lease.Device);
    }

    /// <summary>Leases that have run out; each is answered once, unless it is put back by <see cref="Later"/>.</summary>
    public ImmutableArray<LiveLease> RunOut(DateTimeOffset now)
    {
        var over = ImmutableArray.CreateBuilder<LiveLease>();
        while (_wheel.TryPeek(out var lease, out var due) && due <= now)
        {
            _wheel.Dequeue();
            if (Find(lease.Work, lease.Attempt) != lease) continue;
            if (lease.Until > now) _wheel.Enqueue(lease, lease.Until);
            else over.Add(lease);
        }

        return over.ToImmutable();
    }

    public void Later(LiveLease lease, DateTimeOffset due) => _wheel.Enqueue(lease, due);

    /// <summary>A reading of the database begins: what ends from now on may still be held in it.</summary>
    public long BeginReading()
    {
        _ended.Clear();
        return Sequence;
    }

    /// <summary>Takes over what is stored and not known, and forgets what was known when the reading began and is not stored any more.</summary>
    public void Merge(IReadOnlyCollection<HeldLease> stored, long readAt, Func<HeldLease, DateTimeOffset> until)
    {
        foreach (var held in stored)
            if (Find(held.Lease.Work, held.Lease.Attempt) is null && !_ended.Contains((held.Lease.Work, held.Lease.Attempt))) Add(held, until(held));

        var there = stored.Select(held => (held.Lease.Work, held.Lease.Attempt)).ToHashSet();
        foreach (var lease in _byDevice.Values.Where(lease => lease.Sequence <= readAt && !there.Contains((lease.Work, lease.Attempt))).ToArray())
            Remove(lease);
    }
}
