using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BenchFleet.Chaos.Faults;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Chaos.Nodes;

/// <summary>A node's process, and the way to it.</summary>
internal sealed class Node(FaultyProxy proxy, bool cluster, string database, string data) : IAsyncDisposable
{
    private const int MaxTries = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private CliProcess? _process;

    public FaultyProxy Proxy => proxy;

    /// <summary>Past the proxy: for whoever is not to be disturbed.</summary>
    public Uri Address => proxy.Target;

    /// <summary>What it has said about faults, over all its lives.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>As whoever supervises a node does: one that does not come up is started again.</summary>
    public async Task Start()
    {
        for (var tries = 1; ; tries++)
        {
            proxy.Target = new Uri($"http://127.0.0.1:{FreePort()}");
            _process = CliProcess.StartProgram("BenchFleet.Chaos.dll", "node", cluster ? NodeProgram.ClusterHost : "alone", proxy.Target.ToString(), database, data);
            var said = await Said(_process);
            if (said == NodeProgram.UpMark) return;
            if (tries == MaxTries) throw new InvalidOperationException(said);
            End();
        }
    }

    /// <summary>A node that the others have called dead ends by itself when it finds out.</summary>
    public async Task Revive()
    {
        if (_process is { HasExited: false }) return;
        if (_process is not null) End();
        await Start();
    }

    public void Kill()
    {
        if (_process is null) return;
        _process.Kill();
        End();
    }

    public async Task Stop()
    {
        _process!.Terminate();
        await _process.Exited(Patience);
        End();
    }

    public async Task Suspend(TimeSpan time)
    {
        _process!.Suspend();
        await Task.Delay(time);
        _process.Resume();
    }

    public Task Skew(TimeSpan by) => _process!.Say(string.Create(CultureInfo.InvariantCulture, $"skew {(int)by.TotalSeconds}"));

    public async ValueTask DisposeAsync()
    {
        Kill();
        await proxy.DisposeAsync();
    }

    private static async Task<string> Said(CliProcess process)
    {
        try
        {
            return await process.Line(line => line == NodeProgram.UpMark || line.StartsWith(NodeProgram.RefusedMark, StringComparison.Ordinal), Patience);
        }
        catch (EndOfStreamException ended)
        {
            return ended.Message;
        }
    }

    private void End()
    {
        Errors += _process!.Error;
        _process.Dispose();
        _process = null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
