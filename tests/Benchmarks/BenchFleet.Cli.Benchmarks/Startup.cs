using System.Diagnostics;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Cli.Benchmarks;

/// <summary>Processor time of 'benchfleet --help' beside an empty program's, interleaved; and how long a server takes to be healthy.</summary>
internal static class Startup
{
    private const int Repeats = 9;

    public static async Task Measure()
    {
        var (empty, help, healthy) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Repeats; i++)
        {
            empty.Add(Cpu(typeof(Startup).Assembly.Location, "empty"));
            help.Add(Cpu(Path.Combine(AppContext.BaseDirectory, "benchfleet.dll"), "--help"));
            healthy.Add(await Healthy());
        }

        Console.WriteLine($"empty program           {Median(empty),6:0.000} s of processor time");
        Console.WriteLine($"benchfleet --help       {Median(help),6:0.000} s of processor time, {Median(help) - Median(empty):0.000} s beyond the runtime's own (bar 0.3 s), {Median(help) / Median(empty):0.0}x");
        Console.WriteLine($"benchfleet up, healthy  {Median(healthy),6:0.000} s of wall time from the start of the process (bar 2 s)");
    }

    private static double Cpu(string assembly, string argument)
    {
        var before = ChildrenCpu.Seconds;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, argument]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return ChildrenCpu.Seconds - before;
    }

    private static async Task<double> Healthy()
    {
        using var folder = new TempFolder();
        var started = Stopwatch.GetTimestamp();
        using var server = CliProcess.Start("up", "--no-agent", "--listen", "http://127.0.0.1:0", "--data", folder.Path);
        var line = await server.Line(text => text.Contains("is up at", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(new Uri(line.Split(' ')[4].TrimEnd(',')), "/health/ready"));
        return answer.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(started).TotalSeconds : throw new InvalidOperationException($"The server is not healthy: {answer.StatusCode}.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
