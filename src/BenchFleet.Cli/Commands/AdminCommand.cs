using System.CommandLine;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin: who may use a server, and what serves it.</summary>
internal static class AdminCommand
{
    public static Command Create() => new("admin", "Projects, keys, agents and devices of a server that several teams share")
    {
        AdminProjects.Create(), AdminKeys.Create(), AdminTokens.Create(), AdminAgents.Create(), AdminDevices.Create(), AdminQueue.Queue(),
        AdminQueue.Leases(), AdminAudit.Create(), AdminPrune.Create(),
    };
}
