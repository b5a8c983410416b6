using System.Net;

namespace BenchFleet.Cluster;

/// <summary>How a node takes part in a cluster. The nodes of a cluster share a database, and its settings should be the same on all.</summary>
/// <param name="Database">Connection string of the PostgreSQL database; the membership lies there in a schema of its own.</param>
public sealed record ClusterSettings(string Database)
{
    /// <summary>Nodes with the same name and database are one cluster. Default benchfleet.</summary>
    public string Name { get; init; } = "benchfleet";

    /// <summary>
    /// Where the other nodes reach this one; port 0 takes a free one. Nothing but nodes may be able to reach it: calls between nodes carry no
    /// credential. Default: loopback, which suits several nodes on one machine.
    /// </summary>
    public IPEndPoint Silo { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>How often, and at first how long, a node is asked whether it lives. Default 1 s; longer on busy or distant nodes.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A probe waits at most this long, however slow the answers have become. Default 2 s. A hung node is found within about this times
    /// <see cref="MissedProbes"/> twice over: a connection that was heard from within that time holds back the vote.
    /// </summary>
    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes missed in a row until a node votes against another. Default 2; at least 2, since the last one goes by another node.</summary>
    public int MissedProbes { get; init; } = 2;

    /// <summary>Votes that declare a node dead; where fewer than that live, as many as can vote. Default 2.</summary>
    public int Votes { get; init; } = 2;

    /// <summary>How often a node writes into the database that it lives. Default 1 s. Three of these without a sign, and nobody at its address,
    /// let a node that finds no other alive begin the cluster anew.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A node that could not join for this long ends, with a reason. Default 15 s.</summary>
    public TimeSpan Join { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A node that was asked to stop goes on serving for this long after its readiness fails, so that whoever directs requests to it notices.
    /// Default 0; behind a load balancer, its check interval and a second.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.Zero;

    /// <summary>How long a node that was asked to stop waits for its pools to have moved. Default 2 s; what is left then moves when it leaves.</summary>
    public TimeSpan HandOver { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a node looks whether it has more than its share of the pools, and gives one away. Default 1 s.</summary>
    public TimeSpan Balance { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A node that leaves has this long, after <see cref="Drain"/>, to do so. Default 20 s; whoever ends the process by force
    /// should wait longer than both.</summary>
    public TimeSpan Leave { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan LeaveWithin => Drain + Leave;

    /// <summary>A call to another node that is not answered within this is made again; its outcome the database knows. Default 3 s. Calls to a
    /// node that is declared dead end at once, so this is for answers that were lost.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A call is made again for this long before whoever made it is told to try later. Default 12 s: longer than it takes to find a hung
    /// node dead.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Why a node must not run like this, or null.</summary>
    public string? Refuse() =>
        Database.Length == 0 ? "A cluster needs a PostgreSQL database that its nodes share (--database)."
        : Name.Length is 0 or > 100 ? "The name of a cluster has 1 to 100 characters."
        : Silo.Address.Equals(IPAddress.Any) || Silo.Address.Equals(IPAddress.IPv6Any)
            ? "The address between nodes is one that other nodes can reach, not the wildcard."
        : Probe <= TimeSpan.Zero || LongestProbe < Probe ? "The longest probe is not shorter than the first one."
        : MissedProbes < 2 ? "At least two missed probes are needed: the last one goes by another node."
        : Balance <= TimeSpan.Zero ? "The time between two looks at the balance is positive."
        : Votes < 1 ? "At least one vote is needed to declare a node dead."
        : null;
}
