using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Measurement.Launching;

/// <summary>
/// Starts a fresh runner for each launch and waits, asleep, for what it reports. However a launch ends - result, refusal, crash, time-out,
/// cancel - no process of it is left when the task completes; and when we die ourselves, the runner sees its standard input close and ends.
/// </summary>
public sealed class RunnerProcess(RunnerOptions options, TimeProvider clock)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Loading a big model from a cold disk is slow; the rest is bounded by the profile.
    private static readonly TimeSpan StartAllowance = TimeSpan.FromSeconds(120);

    public RunnerProcess()
        : this(RunnerOptions.Default, TimeProvider.System)
    {
    }

    /// <exception cref="OperationCanceledException">The launch was cancelled; the runner is gone.</exception>
    public async Task<LaunchResult> Launch(LaunchSpec spec, CancellationToken cancel, Action<RunnerEvent>? progress = null)
    {
        if (RunnerLocation.Find(options.RunnerPath) is not { } location)
            return Failed(FailureKind.Infrastructure, "runner.missing", MissingRunner());
        var limit = options.Timeout ?? (StartAllowance + TimeSpan.FromSeconds(4 * (spec.Profile.WarmupSeconds + spec.Profile.MaxSeconds)));
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        using var process = new Process { StartInfo = StartInfo(location) };
        var startedAt = clock.GetTimestamp();
        process.Start();
        try
        {
            return await Converse(process, spec with { StartedAt = startedAt }, progress, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(FailureKind.Device, "runner.hung", $"The runner gave no result within {limit.TotalSeconds:0.#} s and was ended.");
        }
        finally
        {
            await End(process);
        }
    }

    private static async Task<LaunchResult> Converse(Process process, LaunchSpec spec, Action<RunnerEvent>? progress,
        CancellationToken cancel)
    {
        var complaints = LastLine(process.StandardError, cancel);
        await Send(process, spec, cancel);
        LaunchResult? result = null;
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (Parse(line) is not { } said)
                return Failed(FailureKind.Device, "runner.crashed", $"The runner wrote a line that is not of the protocol: {Cut(line)}");
            progress?.Invoke(said);
            result = said switch
            {
                RunnerResult done => new LaunchResult.Measured(done.Measurement, done.Window),
                RunnerFailed failed => new LaunchResult.Failed(failed.Failure),
                _ => result,
            };
        }
        await process.WaitForExitAsync(cancel);
        return result ?? Failed(FailureKind.Device, "runner.crashed", RunnerExit.Describe(process.ExitCode, Cut(await complaints)));
    }

    private static async Task Send(Process process, LaunchSpec spec, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(CanonicalJson.Write(spec).AsMemory(), cancel);
            await process.StandardInput.FlushAsync(cancel);
        }
        catch (IOException)
        {
            // It died before it read; its output and exit code say why.
        }
    }

    private static RunnerEvent? Parse(string line)
    {
        try
        {
            return CanonicalJson.Read<RunnerEvent>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<string> LastLine(StreamReader stderr, CancellationToken cancel)
    {
        var last = "";
        while (await stderr.ReadLineAsync(cancel) is { } line)
            if (!string.IsNullOrWhiteSpace(line)) last = line.Trim();
        return last;
    }

    private static ProcessStartInfo CommonStartInfo(RunnerLocation location, RunnerConfinement confinement)
    {
        string[] command = [.. confinement.Prefix, location.FileName];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        if (location.Assembly is { } assembly) start.ArgumentList.Add(assembly);
        return start;
    }

    private ProcessStartInfo StartInfo(RunnerLocation location)
    {
        var start = CommonStartInfo(location, options.Confinement ?? RunnerConfinement.OfThisMachine);
        RunnerEnvironment.Apply(start, options.Environment ?? ImmutableDictionary<string, string>.Empty);
        return start;
    }

    private static async Task End(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private string MissingRunner() =>
        $"There is no runner at {options.RunnerPath ?? RunnerLocation.Looked}: set {RunnerLocation.PathVariable} to the BenchFleet.Runner executable.";

    private static LaunchResult.Failed Failed(FailureKind kind, string code, string message) => new(new Failure(kind, code, message));

    private static string Cut(string line) => line.Length <= 300 ? line : line[..300] + "...";
}
