using System.Collections.Immutable;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Pools;

/// <summary>
/// The oldest pending work of each queue, as it was read last. A queue is read anew when it may be out of date; one that only runs short is
/// read on from where its reading ended.
/// </summary>
internal sealed class WorkWindow(TimeSpan fresh)
{
    /// <summary>Rows that are read of each lane (queue, project and priority) at a time.</summary>
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

    public ImmutableArray<string> Outdated(IEnumerable<string> queues, DateTimeOffset now) =>
        [.. queues.Distinct().Where(name => !_queues.TryGetValue(name, out var queue) || IsOutdated(queue, now))];

    /// <summary>Where to read on: of queues that run short, the last work that was read of each lane that had more.</summary>
    public ImmutableArray<ReadyWork> Ends(IEnumerable<string> queues) =>
        [.. queues.Distinct().Select(name => _queues.GetValueOrDefault(name)).OfType<Queue>().Where(RunsShort).SelectMany(queue => queue.Ends)];

    /// <param name="version">Of the moment before the reading.</param>
    /// <param name="limit">Rows that were asked for of each lane.</param>
    /// <param name="taken">Work that is being leased while it was read.</param>
    public void Fill(ImmutableArray<string> queues, ImmutableArray<ReadyWork> ready, long version, int limit, DateTimeOffset now, Func<ReadyWork, bool> taken)
    {
        foreach (var name in queues) _queues[name] = new Queue { Version = version, ReadAt = now };
        Extend(queues, ready, limit, taken);
    }

    /// <param name="queues">Known ones, which were read on.</param>
    public void Extend(IEnumerable<string> queues, ImmutableArray<ReadyWork> ready, int limit, Func<ReadyWork, bool> taken)
    {
        var byQueue = ready.ToLookup(work => work.Queue);
        foreach (var name in queues)
        {
            var (queue, read) = (_queues[name], byQueue[name].ToArray());
            queue.Ends = [.. read.GroupBy(work => (work.Project, work.Priority)).Where(lane => lane.Count() >= limit).Select(lane => lane.Last())];
            queue.Work.AddRange(read.Where(work => !taken(work)));
            queue.Read = queue.Work.Count;
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
        queue.Version != Version || now - queue.ReadAt >= (queue.Ends.Length > 0 ? fresh * 10 : fresh);

    private static bool RunsShort(Queue queue) => queue.Ends.Length > 0 && queue.Work.Count <= queue.Read / 4;

    private sealed class Queue
    {
        public required long Version { get; set; }

        public required DateTimeOffset ReadAt { get; init; }

        public List<ReadyWork> Work { get; } = [];

        /// <summary>The last work that was read of each lane that had as much as was asked for.</summary>
        public ImmutableArray<ReadyWork> Ends { get; set; } = [];

        /// <summary>How much work there was after the last reading.</summary>
        public int Read { get; set; }
    }
}
