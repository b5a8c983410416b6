using System.Diagnostics;
using System.Globalization;

namespace BenchFleet.Compression.Benchmarks.Peer;

/// <summary>What one run of the tool, or of us, is asked for.</summary>
/// <param name="Recipe">quantize.dynamic, quantize.static or quantize.weights, with default options.</param>
/// <param name="Checked">Beside making the file: validate it, load it, count its operators, compare it with the original, deflate it.</param>
/// <param name="Calibration">Samples that ranges are taken from.</param>
/// <param name="Compared">Samples that both models run on.</param>
internal sealed record PeerJob(string Recipe, bool Checked, string Source, string Target, int Calibration, int Compared)
{
    public string[] Words =>
        [Recipe, Checked ? "1" : "0", Source, Target, Calibration.ToString(CultureInfo.InvariantCulture), Compared.ToString(CultureInfo.InvariantCulture)];
}

/// <summary>
/// ONNX Runtime's Python tools (peer_tool.py): in one process that stays warm, or in a new one each time. Which Python is in
/// BENCHFLEET_ORACLE_PYTHON, a command with its first arguments; nothing else knows of Python.
/// </summary>
internal sealed class PeerTool : IDisposable
{
    public const string Variable = "BENCHFLEET_ORACLE_PYTHON";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "peer_tool.py");

    private readonly Process _process = Start("serve");

    public static bool IsThere => Command.Length > 0;

    private static string[] Command => Environment.GetEnvironmentVariable(Variable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public static void RunCold(PeerJob job)
    {
        using var process = Start(["once", .. job.Words]);
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The tool ended with {process.ExitCode}: {answer}");
    }

    public void RunWarm(PeerJob job)
    {
        _process.StandardInput.WriteLine(string.Join('\t', job.Words));
        _process.StandardInput.Flush();
        if (_process.StandardOutput.ReadLine() is not "done") throw new InvalidOperationException($"The tool failed at {job}; its message is above.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(params string[] arguments)
    {
        var command = Command;
        return Process.Start(new ProcessStartInfo(command[0], [.. command[1..], Script, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
    }
}
