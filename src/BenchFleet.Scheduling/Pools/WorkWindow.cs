using System.Collections.Immutable;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Pools;

/// <summary>The oldest pending work of each queue, as it was read last; a queue is read again when it may be out of date or runs short.</summary>
internal sealed class WorkWindow(TimeSpan fresh)
{
    /// <summary>Rows that are read of each queue, project and priority at a time.</summary>
    public const int Limit = 256;

    private readonly Dictionary<string, Queue> _queues = [];

    /// <summary>Raised whenever everything may be out of date.</summary>
    public long Version { get; private set; }

    public int Count => _queues.Values.Sum(queue => queue.Work.Count);

    public IEnumerable<ReadyWork> All => _queues.Values.SelectMany(queue => queue.Work);

    public void Outdate() => Version++;

    public void Outdate(string queue)
    {
        if (_queues.TryGetValue(queue, out var known)) known.Version = -1;
    }

    public ImmutableArray<string> Needed(IEnumerable<string> queues, DateTimeOffset now) =>
        [.. queues.Distinct().Where(name => !_queues.TryGetValue(name, out var queue) || IsOutdated(queue, now))];

    /// <param name="version">Of the moment before the reading.</param>
    /// <param name="taken">Work that is being leased while it was read.</param>
    public void Fill(ImmutableArray<string> queues, ImmutableArray<ReadyWork> ready, long version, DateTimeOffset now, Func<ReadyWork, bool> taken)
    {
        var byQueue = ready.ToLookup(work => work.Queue);
        foreach (var name in queues)
        {
            var read = byQueue[name].ToList();
            var full = read.Count >= Limit && read.GroupBy(work => (work.Project, work.Priority)).Any(lane => lane.Count() >= Limit);
            read.RemoveAll(work => taken(work));
            _queues[name] = new Queue { Work = read, Full = full, Version = version, ReadAt = now, Read = read.Count };
        }
    }

    public List<ReadyWork> Of(IEnumerable<string> queues)
    {
        var work = new List<ReadyWork>();
        foreach (var name in queues)
            if (_queues.TryGetValue(name, out var queue)) work.AddRange(queue.Work);
        return work;
    }

    public void Take(ReadyWork work)
    {
        if (_queues.TryGetValue(work.Queue, out var queue)) queue.Work.Remove(work);
    }

    private bool IsOutdated(Queue queue, DateTimeOffset now) =>
        queue.Version != Version
        || (queue.Full ? queue.Work.Count < queue.Read / 4 || now - queue.ReadAt >= fresh * 10 : now - queue.ReadAt >= fresh);

    private sealed class Queue
    {
        public required List<ReadyWork> Work { get; init; }

        public required bool Full { get; init; }

        public required long Version { get; set; }

        public required DateTimeOffset ReadAt { get; init; }

        public required int Read { get; init; }
    }
}
