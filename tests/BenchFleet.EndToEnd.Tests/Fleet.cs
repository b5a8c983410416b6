using System.Net;
using System.Net.Sockets;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Sweeps;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.EndToEnd.Tests;

/// <summary>A server and an agent as two processes over one data folder, either of which can be killed and started again.</summary>
internal sealed class Fleet : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private readonly int _port;
    private CliProcess? _server;
    private CliProcess? _agent;

    public Fleet()
    {
        _port = FreePort();
        Client = BenchFleetClient.Create(new Uri(Address), settings: ResilienceSettings.Default with { Retries = 25 });
    }

    public BenchFleetClient Client { get; }

    public string Address => $"http://127.0.0.1:{_port}";

    public string this[string name] => _folder[name];

    public async Task StartServer()
    {
        _server = CliProcess.Start("up", "--no-agent", "--listen", Address, "--data", _folder["server"]);
        await _server.Line(line => line.Contains("is up at", StringComparison.Ordinal), Patience);
    }

    public async Task StartAgent()
    {
        _agent = CliProcess.Start("agent", "--server", Address, "--name", "bench", "--data", _folder["agent"]);
        await _agent.Line(line => line.Contains("works for", StringComparison.Ordinal), Patience);
    }

    public void KillServer() => Kill(ref _server);

    public void KillAgent() => Kill(ref _agent);

    /// <summary>The first view of the sweep that is as asked, as its events tell it.</summary>
    public async Task<SweepView> Until(Guid sweep, Func<SweepView, bool> isSo)
    {
        using var tooLong = new CancellationTokenSource(Patience);
        SweepView? last = null;
        await foreach (var happened in Client.Watch(sweep, tooLong.Token))
        {
            if (happened is not ApiResult<SweepEvent>.Ok { Value.Sweep: var view }) throw new InvalidOperationException($"The sweep's events ended: {happened}. {Logs}");
            last = view;
            if (isSo(view)) return view;
        }

        throw new InvalidOperationException($"The sweep ended as {last?.State} ({last?.Failure}) and was never as asked. {Logs}");
    }

    public Task<SweepView> Ended(Guid sweep) => Until(sweep, view => view.State != SweepState.Running);

    public void Dispose()
    {
        Client.Dispose();
        _agent?.Dispose();
        _server?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Chosen once, since a restarted server has to be found where it was.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Logs => $"server: {_server?.Error} agent: {_agent?.Error}";

    private static void Kill(ref CliProcess? process)
    {
        process!.Kill();
        process.Dispose();
        process = null;
    }
}
