using System.Globalization;
using System.Runtime.InteropServices;
using BenchFleet.Cluster;
using BenchFleet.Server;

namespace BenchFleet.Chaos.Nodes;

/// <summary>A server node in a process of its own. A line "skew SECONDS" sets its clock wrong; it ends with its input.</summary>
internal static class NodeProgram
{
    public const string ClusterHost = "cluster";
    public const string UpMark = "node is up";
    public const string RefusedMark = "node did not start: ";

    public static async Task<int> Run(bool cluster, string listen, string database, string data)
    {
        var clock = new SkewedClock();
        var options = new ServerOptions(data) { Urls = [listen], PostgreSql = database, Engine = ChaosPlan.Engine, Clock = clock, Cluster = cluster ? new ClusterSettings(database) : null };
        var started = await ServerStart.Run(options, CancellationToken.None);
        if (started is not ServerStart.Started { Server: var server })
        {
            await Console.Out.WriteLineAsync($"{RefusedMark}{started}");
            return 3;
        }

        var stop = new TaskCompletionSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });
        await using (server)
        {
            await Console.Out.WriteLineAsync(UpMark);
            await Task.WhenAny(stop.Task, Listen(clock));
        }

        return 0;
    }

    private static async Task Listen(SkewedClock clock)
    {
        // The console's own reader reads synchronously, whatever it is called.
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync() is { } line)
            if (line.Split(' ') is ["skew", var seconds]) clock.Skew = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
    }
}
