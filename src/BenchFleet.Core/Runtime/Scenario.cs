namespace BenchFleet.Core.Runtime;

/// <summary>How queries arrive and what is reported: MLPerf's definitions.</summary>
public enum Scenario
{
    /// <summary>The next query is issued when the last ends; one sample a query. Reported: latency percentiles.</summary>
    SingleStream,

    /// <summary>Eight samples a query, issued when the last ends. Reported: query latency percentiles.</summary>
    MultiStream,

    /// <summary>Poisson arrivals at a target rate; latency counts from the scheduled arrival.</summary>
    Server,

    /// <summary>All samples at once. Reported: samples per second.</summary>
    Offline,
}
