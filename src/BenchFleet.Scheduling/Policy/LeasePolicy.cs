using BenchFleet.Core.Devices;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Policy;

/// <summary>A device as it asks for work.</summary>
/// <param name="Artifacts">What it has fetched already, as far as is known.</param>
public sealed record IdleDevice(Guid Id, DeviceHealth Health, string? ReservedProject, IReadOnlySet<string> Artifacts);

/// <summary>
/// Which of the pending work a device gets: priority class, then the project's share, then the sweep's share inside the project, then the
/// oldest; within a bounded number of skips, what needs nothing to be fetched. Keeps the accounts of the shares and nothing else.
/// </summary>
public sealed class LeasePolicy
{
    /// <summary>An older item may be passed over so often for one whose artefact the device has.</summary>
    public const int MaxSkips = 4;

    // Skips of work that was cancelled meanwhile are never asked for again.
    private const int MaxRemembered = 4_096;

    private readonly FairShare<string> _projects = new();
    private readonly Dictionary<string, FairShare<Guid>> _sweeps = [];
    private readonly Dictionary<Guid, int> _skips = [];
    private readonly HashSet<string> _spent = [];
    private long _choices;

    public void SetShares(IEnumerable<ProjectShare> shares)
    {
        _spent.Clear();
        foreach (var share in shares)
        {
            _projects.Weigh(share.Project, share.Weight);
            if (share.IsSpent) _spent.Add(share.Project);
        }
    }

    public bool IsSpent(string project) => _spent.Contains(project);

    public static bool MayLease(DeviceHealth health) => health != DeviceHealth.Quarantined;

    /// <param name="pending">What waits in the device's queues.</param>
    public ReadyWork? Choose(IdleDevice device, IReadOnlyCollection<ReadyWork> pending, DateTimeOffset now)
    {
        if (!MayLease(device.Health)) return null;

        var open = pending.Where(work => IsOpen(device, work)).ToArray();

        // Work that failed here lets other work go first, so that another device may take it. A block has no other device.
        var fresh = open.Where(work => work.LastFailedDevice != device.Id || work.Kind == WorkKind.Measure).ToArray();
        if (fresh.Length > 0) open = fresh;
        if (open.Length == 0) return null;

        foreach (var priority in PriorityOrder.For(_choices))
        {
            var alike = open.Where(work => PriorityOrder.Aged(work.Priority, now - work.CreatedAt) == priority).ToArray();
            if (alike.Length == 0) continue;
            var project = _projects.Next(alike.Select(work => work.Project).Distinct())!;
            var own = alike.Where(work => work.Project == project).ToArray();
            var sweep = SweepsOf(project).Next(own.Select(work => work.Sweep).Distinct());
            return Oldest(device, own.Where(work => work.Sweep == sweep));
        }

        return null;
    }

    /// <summary>The choice was taken.</summary>
    public void Leased(ReadyWork work)
    {
        _choices++;
        _skips.Remove(work.Id);
        _projects.Charge(work.Project, work.ExpectedSeconds);
        SweepsOf(work.Project).Charge(work.Sweep, work.ExpectedSeconds);
    }

    /// <summary>It took this long in truth.</summary>
    public void Ended(string project, Guid sweep, double expectedSeconds, double seconds)
    {
        _projects.Correct(project, seconds - expectedSeconds);
        SweepsOf(project).Correct(sweep, seconds - expectedSeconds);
    }

    /// <summary>Projects that have nothing pending and nothing leased here.</summary>
    public void Rest(IEnumerable<string> projects)
    {
        foreach (var project in projects)
        {
            _projects.Rest(project);
            _sweeps.Remove(project);
        }
    }

    /// <summary>Which project each priority class of what waits gives its next lease to.</summary>
    public IReadOnlyDictionary<PriorityClass, string> NextProjects(IEnumerable<ReadyWork> pending) =>
        pending.Where(work => !_spent.Contains(work.Project)).GroupBy(work => work.Priority)
            .ToDictionary(alike => alike.Key, alike => _projects.Next(alike.Select(work => work.Project).Distinct())!);

    /// <param name="devices">Those of the shard that could do it.</param>
    /// <param name="next">See <see cref="NextProjects"/>.</param>
    public WaitReason Why(string pool, ReadyWork work, IReadOnlyCollection<IdleDevice> devices, IReadOnlyDictionary<PriorityClass, string> next)
    {
        if (devices.Count == 0) return new WaitReason.NoDevice(pool);
        if (_spent.Contains(work.Project)) return new WaitReason.Quota(work.Project);
        var open = devices.Where(device => MayLease(device.Health)).ToArray();
        if (open.Length == 0) return new WaitReason.Quarantined();
        if (open.All(device => device.ReservedProject is { } owner && owner != work.Project)) return new WaitReason.Reserved(open[0].ReservedProject!);
        return next.TryGetValue(work.Priority, out var first) && first != work.Project ? new WaitReason.Share(first) : new WaitReason.Turn(work.Priority);
    }

    private bool IsOpen(IdleDevice device, ReadyWork work) =>
        !_spent.Contains(work.Project) && (device.ReservedProject is not { } owner || owner == work.Project);

    private ReadyWork Oldest(IdleDevice device, IEnumerable<ReadyWork> own)
    {
        var order = own.OrderBy(work => work.QueuedAt).ThenBy(work => work.Rank).ThenBy(work => work.Id).Take(MaxSkips + 1).ToArray();
        var oldest = order[0];
        if (_skips.GetValueOrDefault(oldest.Id) >= MaxSkips) return oldest;
        var near = Array.Find(order, work => work.Artifact is not { } artifact || device.Artifacts.Contains(artifact)) ?? oldest;
        if (_skips.Count > MaxRemembered) _skips.Clear();
        if (near != oldest) _skips[oldest.Id] = _skips.GetValueOrDefault(oldest.Id) + 1;
        return near;
    }

    private FairShare<Guid> SweepsOf(string project)
    {
        if (!_sweeps.TryGetValue(project, out var sweeps)) _sweeps[project] = sweeps = new FairShare<Guid>();
        return sweeps;
    }
}
