using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Cluster.Benchmarks;

/// <summary>A server process that can be started again at the same address.</summary>
internal sealed class Node(bool cluster, string database, string data) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private CliProcess? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    public CliProcess Process => _process!;

    /// <returns>How long it took until it served.</returns>
    public async Task<TimeSpan> Start()
    {
        var started = Stopwatch.GetTimestamp();
        _process?.Dispose();
        string[] arguments = ["up", "--no-agent", "--listen", Address.ToString().TrimEnd('/'), "--data", data, "--database", database];
        _process = CliProcess.Start(cluster ? [.. arguments, "--cluster"] : arguments);
        await _process.Line(text => text.Contains("is up at", StringComparison.Ordinal), Patience);
        return Stopwatch.GetElapsedTime(started);
    }

    public void Dispose() => _process?.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
