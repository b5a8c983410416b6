namespace BenchFleet.Contracts;

/// <summary>Every path of the HTTP interface, in one place: the server maps them and the client calls them.</summary>
public static class Routes
{
    public const string Prefix = "/api/v1";

    /// <summary>Header in which an admin's request names the project that it acts in.</summary>
    public const string ProjectHeader = "BenchFleet-Project";

    public const string Live = "/health/live";
    public const string Ready = "/health/ready";
    public const string Metrics = "/metrics";
    public const string OpenApi = "/openapi/v1.json";

    /// <summary>GET (ranges), HEAD.</summary>
    public const string Artifact = Prefix + "/artifacts/{hash}";

    /// <summary>GET tells how much has arrived, PATCH appends at an offset.</summary>
    public const string ArtifactUpload = Prefix + "/artifacts/{hash}/upload";

    /// <summary>GET: the file list of a bundle of a model, dataset or variant, by the hash that orders name it by.</summary>
    public const string Bundle = Prefix + "/bundles/{hash}";

    public const string Models = Prefix + "/models";
    public const string Model = Prefix + "/models/{model}";
    public const string Datasets = Prefix + "/datasets";
    public const string Dataset = Prefix + "/datasets/{dataset}";
    public const string Devices = Prefix + "/devices";

    public const string Sweeps = Prefix + "/sweeps";
    public const string Sweep = Prefix + "/sweeps/{sweep}";
    public const string SweepCancel = Prefix + "/sweeps/{sweep}/cancel";
    public const string SweepEvents = Prefix + "/sweeps/{sweep}/events";
    public const string SweepTrials = Prefix + "/sweeps/{sweep}/trials";
    public const string SweepLeaderboards = Prefix + "/sweeps/{sweep}/leaderboards";
    public const string SweepExport = Prefix + "/sweeps/{sweep}/export";
    public const string TrialLaunches = Prefix + "/trials/{trial}/launches";

    /// <summary>POST, without a key: a one-time token is in the body.</summary>
    public const string AgentEnrol = Prefix + "/agents/enrol";

    /// <summary>POST: the next credential of an enrolled agent.</summary>
    public const string AgentCredential = Prefix + "/agents/{agent}/credential";
    public const string AgentRegister = Prefix + "/agents/register";
    public const string AgentLease = Prefix + "/agents/{agent}/lease";
    public const string AgentHeartbeat = Prefix + "/agents/{agent}/heartbeat";
    public const string AgentCommit = Prefix + "/agents/{agent}/commit";

    public const string AdminProjects = Prefix + "/admin/projects";

    /// <summary>PUT: its weight and its quota.</summary>
    public const string AdminProject = Prefix + "/admin/projects/{project}";
    public const string AdminKeys = Prefix + "/admin/keys";
    public const string AdminKeyRevoke = Prefix + "/admin/keys/{key}/revoke";
    public const string AdminTokens = Prefix + "/admin/tokens";
    public const string AdminAgents = Prefix + "/admin/agents";

    /// <summary>By id or name.</summary>
    public const string AdminAgentRevoke = Prefix + "/admin/agents/{name}/revoke";
    public const string AdminAgentHold = Prefix + "/admin/agents/{name}/hold";
    public const string AdminDevices = Prefix + "/admin/devices";

    /// <summary>PUT drains or quarantines, DELETE readmits.</summary>
    public const string AdminDeviceHold = Prefix + "/admin/devices/{device}/hold";

    /// <summary>PUT keeps the device for a project, DELETE opens it to all again.</summary>
    public const string AdminDeviceReservation = Prefix + "/admin/devices/{device}/reservation";
    public const string AdminQueue = Prefix + "/admin/queue";
    public const string AdminAudit = Prefix + "/admin/audit";

    /// <summary>POST: deletes now what the server's policy would delete in time.</summary>
    public const string AdminPrune = Prefix + "/admin/prune";
}
