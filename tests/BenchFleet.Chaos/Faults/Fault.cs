namespace BenchFleet.Chaos.Faults;

internal enum Fault
{
    /// <summary>kill -9 of a node, which starts again.</summary>
    KillNode,

    /// <summary>A node hangs longer than leases last, and then goes on as if nothing had been.</summary>
    SuspendNode,

    /// <summary>A node is asked to stop, and starts again.</summary>
    TerminateNode,

    /// <summary>A node's clock is set up to ten minutes wrong, in either direction.</summary>
    SkewNode,

    /// <summary>PostgreSQL ends at once and recovers.</summary>
    CrashDatabase,

    /// <summary>Requests are dropped, doubled and reordered.</summary>
    Storm,

    /// <summary>One node cannot be reached by agents, and still reaches the database.</summary>
    CutNode,

    /// <summary>kill -9 of every agent in the midst of its blocks.</summary>
    KillAgents,

    /// <summary>Every agent hangs longer than leases last, and then delivers late.</summary>
    SuspendAgents,

    /// <summary>Nodes and database end at once; the nodes come back at other addresses.</summary>
    ColdRestart,
}
