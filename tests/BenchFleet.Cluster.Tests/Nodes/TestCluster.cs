using System.Collections.Immutable;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Storage;
using BenchFleet.Storage.Sweeps;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Postgres;
using BenchFleet.TestSupport.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Cluster.Tests.Nodes;

/// <summary>Nodes of a cluster as processes over one database and one folder, as an operator starts them.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private readonly string _database;
    private readonly ServiceProvider _services;
    private readonly List<TestClusterNode> _nodes = [];

    private TestCluster(string database)
    {
        _database = database;
        _services = new ServiceCollection().AddBenchFleetStorage(new StorageOptions(DatabaseProvider.Postgres, database)).BuildServiceProvider();
    }

    public IReadOnlyList<TestClusterNode> Nodes => _nodes;

    public static async Task<TestCluster> Start(int nodes)
    {
        var cluster = new TestCluster(await PostgresServer.Shared.CreateDatabase());
        for (var i = 0; i < nodes; i++) await cluster.StartNode();
        return cluster;
    }

    public async Task<TestClusterNode> StartNode()
    {
        var process = CliProcess.Start("up", "--cluster", "--no-agent", "--listen", "http://127.0.0.1:0", "--data", _folder["data"], "--database", _database);
        var line = await process.Line(text => text.Contains("is up at", StringComparison.Ordinal), Patience);
        var node = new TestClusterNode(process, new Uri(line.Split(' ')[4].TrimEnd(',')));
        _nodes.Add(node);
        return node;
    }

    /// <summary>Variants to be made, of a sweep that nobody plans any more: nothing but leases happens to them.</summary>
    public async Task GivenWork(int count)
    {
        var (sweeps, sweep, now) = (_services.GetRequiredService<SweepStore>(), Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        await sweeps.Submit(sweep, Given.Spec(), now, CancellationToken.None);
        var work = SweepChanges.None(1) with { Work = [.. Enumerable.Range(0, count).Select(i => Given.Prepare($"{sweep}/{i}"))] };
        Assert.Equal(ApplyResult.Applied, await sweeps.Apply(sweep, work, now, CancellationToken.None));
        await Run($"update sweeps set state = 'Completed', ended_at = now() where id = '{sweep}'");
    }

    /// <summary>How often the only pool has had a new owner.</summary>
    public async Task<long> Epoch() => Assert.Single(await Epochs());

    /// <summary>How often each pool has had a new owner, in order of how often.</summary>
    public async Task<IReadOnlyList<long>> Epochs()
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select array_agg(epoch order by epoch) from pool_epochs", connection);
        return (long[])(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) node.Dispose();
        await _services.DisposeAsync();
        await PostgresServer.Shared.DropDatabase(_database);
        _folder.Dispose();
    }

    private async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
#pragma warning disable CA2100 // the tests' own texts
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}

internal sealed class TestClusterNode(CliProcess process, Uri address) : IDisposable
{
    public CliProcess Process => process;

    public BenchFleetClient Client { get; } = BenchFleetClient.Create(address);

    /// <summary>An agent with so many devices of one class; it can talk to every node.</summary>
    public async Task<TestClusterAgent> Register(string name, int devices = 1, string isa = "avx2")
    {
        var session = Guid.NewGuid();
        var offers = Enumerable.Range(0, devices).Select(i => new OfferedDevice($"cpu{i}", Given.Facts(isa))).ToImmutableArray();
        var registered = Answer.Of(await Client.Register(new RegisterAgent(name, session, "test", offers), CancellationToken.None));
        return new TestClusterAgent(registered.Agent, session, [.. registered.Devices.Select(device => device.Id)]);
    }

    public void Dispose()
    {
        Client.Dispose();
        process.Dispose();
    }
}

internal sealed record TestClusterAgent(Guid Id, Guid Session, ImmutableArray<Guid> Devices)
{
    public Task<ApiResult<LeasedWork>> Ask(TestClusterNode node, double wait = 0) =>
        node.Client.Lease(Id, new LeaseWork(Session, Guid.NewGuid(), Devices, wait), CancellationToken.None);

    public async Task<ImmutableArray<Lease>> Lease(TestClusterNode node) => (await Patiently(() => Ask(node))).Leases;

    /// <summary>Committed, or by an earlier try whose answer was lost: it counts, in either case.</summary>
    public async Task<bool> Commit(TestClusterNode node, Lease lease) => (await Patiently(() => node.Client.Commit(
        Id, new CommitWork(Session, lease.Work, lease.Attempt, Given.Failed(Core.Failures.FailureKind.User)), CancellationToken.None))).Status
        is CommitStatus.Committed or CommitStatus.Already;

    /// <summary>As a real agent does: a server that does not answer is asked again.</summary>
    private static async Task<T> Patiently<T>(Func<Task<ApiResult<T>>> call)
    {
        for (var left = 12; ; left--)
        {
            if (await call() is ApiResult<T>.Ok { Value: var value }) return value;
            if (left == 0) throw new TimeoutException("The nodes did not answer.");
        }
    }
}

internal static class Answer
{
    public static T Of<T>(ApiResult<T> answer) =>
        answer is ApiResult<T>.Ok { Value: var value } ? value : throw new InvalidOperationException($"The answer was {answer}.");
}
