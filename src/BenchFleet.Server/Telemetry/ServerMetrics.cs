using System.Diagnostics.Metrics;

namespace BenchFleet.Server.Telemetry;

/// <summary>The product's own counters; every name is here.</summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "BenchFleet";

    private readonly Counter<long> _leases;
    private readonly Counter<long> _commits;
    private readonly Counter<long> _uploaded;
    private readonly Counter<long> _sweeps;

    public ServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _leases = meter.CreateCounter<long>("benchfleet.leases", description: "Leases given, by kind of work.");
        _commits = meter.CreateCounter<long>("benchfleet.commits", description: "Outcomes delivered, by what became of them.");
        _uploaded = meter.CreateCounter<long>("benchfleet.uploaded", "By", "Bytes of artefacts received.");
        _sweeps = meter.CreateCounter<long>("benchfleet.sweeps", description: "Sweeps submitted.");
    }

    public void Leased(string kind) => _leases.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Committed(string status) => _commits.Add(1, new KeyValuePair<string, object?>("status", status));

    public void Uploaded(long bytes) => _uploaded.Add(bytes);

    public void Submitted() => _sweeps.Add(1);
}
