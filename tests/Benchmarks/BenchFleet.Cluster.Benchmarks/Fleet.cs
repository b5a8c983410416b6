using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage;
using BenchFleet.Storage.Sweeps;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Cluster.Benchmarks;

/// <summary>Nodes over one PostgreSQL that has more work for every pool than a run can do.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int Pools = 8;
    private const int WorkOfPool = 20_000;

    private const string Multiply = """
        insert into work_items
        select (jsonb_populate_record(w, jsonb_build_object('id', gen_random_uuid(), 'key', w.key || ':' || n))).*
        from work_items w, generate_series(1, $1) n
        """;

    // What was committed has to be there after its crash.
    private readonly PrivateServer _server = PrivateServer.Start(PrivateServer.Durable);
    private readonly TempFolder _folder = new();
    private readonly bool _cluster;

    private Fleet(bool cluster) => _cluster = cluster;

    private string Database => _server.ConnectionString;

    public IReadOnlyList<Pool> AllPools { get; } = [.. Enumerable.Range(0, Pools).Select(i => new Pool(i))];

    public List<Node> Nodes { get; private set; } = [];

    public Agents Agents { get; private set; } = null!;

    public static async Task<Fleet> Start(bool cluster, int nodes)
    {
        var fleet = new Fleet(cluster);
        await fleet.StartNodes(nodes);
        await fleet.GiveWork();
        fleet.Agents = Agents.Start(fleet.AllPools, [.. fleet.Nodes.Select(node => node.Address)]);
        await fleet.Agents.UntilAllGoOn(0, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1));
        return fleet;
    }

    /// <summary>New nodes at new addresses; what was there before is ended at once.</summary>
    public async Task StartAnew(int nodes)
    {
        foreach (var node in Nodes) node.Dispose();
        Nodes = [];
        await Agents.DisposeAsync();
        for (var i = 0; i < nodes; i++) Nodes.Add(new Node(_cluster, Database, _folder["data"]));
        Agents = Agents.Start(AllPools, [.. Nodes.Select(node => node.Address)]);
        await Task.WhenAll(Nodes.Select(node => node.Start()));
    }

    /// <summary>Everything of the server is killed, and it is started again at once: it recovers first.</summary>
    public void RestartDatabase()
    {
        _server.Crash();
        _server.StartAgain();
    }

    /// <summary>How often each pool has had a new owner.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Epochs()
    {
        var epochs = new Dictionary<string, long>();
        // Not a connection that was left from before a crash.
        await using var connection = new NpgsqlConnection($"{Database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select key, epoch from pool_epochs", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) epochs[reader.GetString(0)] = reader.GetInt64(1);
        return epochs;
    }

    public async ValueTask DisposeAsync()
    {
        await Agents.DisposeAsync();
        foreach (var node in Nodes) node.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    private async Task StartNodes(int nodes)
    {
        for (var i = 0; i < nodes; i++)
        {
            Nodes.Add(new Node(_cluster, Database, _folder["data"]));
            await Nodes[i].Start();
        }
    }

    /// <summary>One item for each pool, many times over, of a sweep that nobody plans any more.</summary>
    private async Task GiveWork()
    {
        await using var services = new ServiceCollection().AddBenchFleetStorage(new StorageOptions(DatabaseProvider.Postgres, Database)).BuildServiceProvider();
        var (sweeps, sweep, now) = (services.GetRequiredService<SweepStore>(), Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        var spec = new SweepSpec(
            "gaps", [ContentHash.Of("model")], null, [Recipe.Baseline], [RuntimeConfig.Default], [Scenario.SingleStream], ["nobody"], Objective.Latency,
            new Constraints(), MeasureProfile.Quick, Seed: 1);
        await sweeps.Submit(sweep, spec, now, CancellationToken.None);
        await sweeps.Apply(sweep, SweepChanges.None(1) with { Work = [.. AllPools.Select(pool => pool.Work)] }, now, CancellationToken.None);

        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Multiply, connection) { CommandTimeout = 0, Parameters = { new NpgsqlParameter { Value = WorkOfPool } } };
        await command.ExecuteNonQueryAsync();
        await using var links = new NpgsqlCommand("insert into work_sweeps (work_id, sweep_id) select id, $1 from work_items on conflict do nothing", connection)
        {
            CommandTimeout = 0,
            Parameters = { new NpgsqlParameter { Value = sweep } },
        };
        await links.ExecuteNonQueryAsync();
        await using var frozen = new NpgsqlCommand("update sweeps set state = 'Completed', ended_at = now()", connection);
        await frozen.ExecuteNonQueryAsync();
    }
}
