using BenchFleet.Chaos;
using BenchFleet.TestSupport.Postgres;
using Xunit.Abstractions;

namespace BenchFleet.EndToEnd.Tests;

/// <summary>
/// Real nodes, a real database, and agents with logs of their own: one of everything that can befall them, while a sweep runs. The long run
/// is the program tests/BenchFleet.Chaos.
/// </summary>
[Collection(Machine.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task Whatever_befalls_nodes_agents_network_and_database_nothing_acknowledged_is_lost_or_counted_twice()
    {
        var result = await ChaosRun.Run(ChaosPlan.Short(seed: 1), output.WriteLine);

        Assert.True(result.Report.IsSound, result.Text);
        Assert.True(result.Report.Acknowledged > 0, result.Text);
    }
}
