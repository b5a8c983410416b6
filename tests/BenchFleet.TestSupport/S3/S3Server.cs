using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BenchFleet.TestSupport.S3;

/// <summary>
/// A store that speaks S3, for the tests of an assembly: a private moto_server (a Python package) that keeps everything in memory and lives as
/// long as the test process. Where there is none, tests are skipped with a reason: no package manager that continuous integration uses has it.
/// </summary>
public sealed class S3Server
{
    private static readonly Lazy<S3Server> Started = new(Start);

    // Held for ever: it is ended with this process.
    private readonly Process _process;
    private int _buckets;

    private S3Server(Process process, Uri endpoint) => (_process, Endpoint) = (process, endpoint);

    public static S3Server Shared => Started.Value;

    /// <summary>Null when tests can run.</summary>
    public static string? SkipReason { get; } = Program is null
        ? "There is no S3 server: install the Python package moto with its server (pip install moto[server])."
        : null;

    public Uri Endpoint { get; }

    private static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "moto_server")).FirstOrDefault(File.Exists);

    /// <summary>A new bucket's name.</summary>
    public string CreateBucket()
    {
        var name = $"bucket-{Interlocked.Increment(ref _buckets)}";
        using var http = new HttpClient { BaseAddress = Endpoint };
        using var made = http.Send(new HttpRequestMessage(HttpMethod.Put, name));
        made.EnsureSuccessStatusCode();
        return name;
    }

    private static S3Server Start()
    {
        // The server takes anybody; the client wants to have a name all the same.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
        var program = Program ?? throw new InvalidOperationException("moto_server is not on the path: pip install moto[server].");
        var port = FreePort();
        // The shell ends the server when its own input closes, whatever the reason.
        var start = new ProcessStartInfo("sh", ["-c", "\"$0\" -H 127.0.0.1 -p \"$1\" 2>&1 & cat >/dev/null; kill $!", program, port.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("moto_server did not start.");
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (!line.Contains("Running on", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new S3Server(process, new Uri($"http://127.0.0.1:{port}/"));
        }

        throw new InvalidOperationException("moto_server ended before it listened.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
