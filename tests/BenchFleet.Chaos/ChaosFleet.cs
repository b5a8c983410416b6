using System.Globalization;
using BenchFleet.Chaos.Agents;
using BenchFleet.Chaos.Faults;
using BenchFleet.Chaos.Nodes;
using BenchFleet.Contracts.Client;
using BenchFleet.Statistics;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Postgres;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Chaos;

/// <summary>Two nodes on one PostgreSQL and a process full of agents, all of them real, and what can befall them.</summary>
internal sealed class ChaosFleet : IAsyncDisposable
{
    private const int Nodes = 2;
    private const int SkewSeconds = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new();
    private readonly PrivateServer _server;
    private readonly ChaosPlan _plan;
    private readonly SplitMix64 _random;
    private readonly List<Node> _nodes = [];
    private CliProcess? _agents;
    private ulong _agentsSeed;

    private ChaosFleet(ChaosPlan plan)
    {
        (_plan, _random, _agentsSeed) = (plan, new SplitMix64(plan.Seed), plan.Seed * 1_000);
        _server = PrivateServer.Start(PrivateServer.Durable);
        Directory.CreateDirectory(LogFolder);
    }

    public string Database => _server.ConnectionString;

    public string LogFolder => _folder["logs"];

    public string Errors => string.Concat(_nodes.Select(node => node.Errors));

    public static async Task<ChaosFleet> Start(ChaosPlan plan)
    {
        var fleet = new ChaosFleet(plan);
        for (var i = 0; i < Nodes; i++) fleet._nodes.Add(new Node(await FaultyProxy.Start(plan.Seed + (ulong)i), plan.Cluster, fleet.Database, fleet._folder["data"]));
        foreach (var node in fleet._nodes) await node.Start();
        await fleet.StartAgents();
        return fleet;
    }

    /// <summary>A client that no proxy disturbs.</summary>
    public BenchFleetClient Connect() =>
        BenchFleetClient.Create([.. _nodes.Select(node => node.Address)], settings: ResilienceSettings.WithAlternatives with { Retries = 30, LongestDelay = TimeSpan.FromSeconds(1) });

    /// <summary>Lets it happen, and answers when everybody is up again.</summary>
    public async Task Suffer(Fault fault)
    {
        await Revive();
        var node = _nodes[_random.NextIndex(_nodes.Count)];
        var (short_, hang) = (TimeSpan.FromSeconds(_random.NextDouble()), TimeSpan.FromSeconds(1 + _random.NextDouble() * _plan.LongestHangSeconds));
        switch (fault)
        {
            case Fault.KillNode:
                node.Kill();
                await Task.Delay(short_);
                await node.Start();
                break;
            case Fault.SuspendNode:
                await node.Suspend(hang);
                break;
            case Fault.TerminateNode:
                await node.Stop();
                await node.Start();
                break;
            case Fault.SkewNode:
                await node.Skew(TimeSpan.FromSeconds((_random.NextDouble() * 2 - 1) * SkewSeconds));
                break;
            case Fault.CrashDatabase:
                _server.Crash();
                await Task.Delay(short_);
                _server.StartAgain();
                break;
            case Fault.Storm:
                await Under(_nodes, Weather.Storm, hang);
                break;
            case Fault.CutNode:
                await Under([node], Weather.Cut, hang);
                break;
            case Fault.KillAgents:
                _agents!.Kill();
                await Task.Delay(short_);
                await StartAgents();
                break;
            case Fault.SuspendAgents:
                _agents!.Suspend();
                await Task.Delay(hang);
                _agents.Resume();
                break;
            case Fault.ColdRestart:
                foreach (var each in _nodes) each.Kill();
                _server.Crash();
                _server.StartAgain();
                foreach (var each in _nodes) await each.Start();
                break;
            default:
                throw new InvalidOperationException($"{fault} is not known.");
        }
    }

    /// <summary>As whoever supervises the nodes does.</summary>
    public async Task Revive()
    {
        foreach (var node in _nodes) await node.Revive();
    }

    /// <summary>Nothing disturbs what is left of the work.</summary>
    public void Calm()
    {
        foreach (var node in _nodes) node.Proxy.Weather = new Weather(0, 0, 0, 0);
    }

    public async ValueTask DisposeAsync()
    {
        _agents?.Dispose();
        foreach (var node in _nodes) await node.DisposeAsync();
        _server.Dispose();
        _folder.Dispose();
    }

    private static async Task Under(IReadOnlyCollection<Node> nodes, Weather weather, TimeSpan time)
    {
        foreach (var node in nodes) node.Proxy.Weather = weather;
        await Task.Delay(time);
        foreach (var node in nodes) node.Proxy.Weather = Weather.Usual;
    }

    private async Task StartAgents()
    {
        _agents?.Dispose();
        _agents = CliProcess.StartProgram(
            "BenchFleet.Chaos.dll", "agents", string.Join(',', _nodes.Select(node => node.Proxy.Address)), LogFolder,
            _plan.Agents.ToString(CultureInfo.InvariantCulture), (_agentsSeed += (ulong)_plan.Agents).ToString(CultureInfo.InvariantCulture),
            _plan.LongestWorkSeconds.ToString(CultureInfo.InvariantCulture));
        await _agents.Line(line => line == AgentsProgram.UpMark, Patience);
    }
}
