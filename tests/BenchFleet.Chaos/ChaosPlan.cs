using BenchFleet.Scheduling.Engine;

namespace BenchFleet.Chaos;

/// <summary>How large a run is. Everything random in it comes from the seed; what the machine makes of it does not.</summary>
/// <param name="Cycles">Faults, one after the other while the sweep runs.</param>
/// <param name="Agents">Simulated agents, of <see cref="Agents.SimulatedAgent.Devices"/> devices each.</param>
/// <param name="Batches">Batch sizes of the sweep: a board for each on every device.</param>
/// <param name="Profile">Decides the blocks of a board.</param>
/// <param name="ProgressPerCycle">Commits that the fleet makes between two faults, so that faults and work come to an end together.</param>
/// <param name="LongestWorkSeconds">Work takes up to so long, half of it on average.</param>
internal sealed record ChaosPlan(int Cycles, ulong Seed, int Agents, int Batches, string Profile, int ProgressPerCycle, double LongestWorkSeconds)
{
    // The last look of the profile rank: a board whose times never tell anything is measured so often.
    private const int BlocksOfRank = 20;

    /// <summary>Shorter than in production, so that what waits for a lease to run out does not wait long.</summary>
    public static readonly EngineOptions Engine = new(
        Lease: TimeSpan.FromSeconds(6), Heartbeat: TimeSpan.FromSeconds(1), Rescue: TimeSpan.FromMilliseconds(500),
        Replan: TimeSpan.FromSeconds(3), Reask: TimeSpan.FromSeconds(1));

    /// <summary>A sweep of about so many work items.</summary>
    public static ChaosPlan Of(int cycles, ulong seed, int workItems)
    {
        const int Hosts = 10;
        var batches = (int)Math.Ceiling(workItems / (double)(Hosts * Chaos.Agents.SimulatedAgent.Devices * BlocksOfRank));
        // The fleet goes on working while it suffers: half of a cycle's work is done then.
        return new ChaosPlan(cycles, seed, Hosts, batches, "rank", Math.Max(1, workItems / cycles / 2), LongestWorkSeconds: 10);
    }

    /// <summary>Nobody hangs, and no weather lasts, longer than this and a second. A lease lasts 6 s here.</summary>
    public double LongestHangSeconds { get; init; } = 12;

    /// <summary>Nodes are a cluster (a build with Orleans), not each on its own.</summary>
    public bool Cluster { get; init; }

    /// <summary>Faults end after this time, however many there were. Default: they do not.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>One of each fault, in less than a minute.</summary>
    public static ChaosPlan Short(ulong seed) => new(Cycles: 10, seed, Agents: 4, Batches: 3, "quick", ProgressPerCycle: 3, LongestWorkSeconds: 2.5) { LongestHangSeconds = 7 };
}
