using System.Diagnostics;
using System.Text;

namespace BenchFleet.TestSupport.Processes;

/// <summary>The real command line, or another program of the tests, in a process of its own.</summary>
public sealed class CliProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly List<(Func<string, bool> IsIt, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Task _read;

    private CliProcess(Process process)
    {
        _process = process;
        _read = Task.WhenAll(Read(process.StandardOutput, _out), Read(process.StandardError, _error));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Locked(_out);

    public string Error => Locked(_error);

    /// <summary>benchfleet.dll lies beside the tests: their project refers to the command line's.</summary>
    private static string Program => Path.Combine(AppContext.BaseDirectory, "benchfleet.dll");

    /// <param name="name">An environment variable for the process.</param>
    public static CliProcess StartWith(string name, string value, params IEnumerable<string> arguments) =>
        Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { Environment = { [name] = value } });

    public static CliProcess Start(params IEnumerable<string> arguments) => Start(new ProcessStartInfo("dotnet", [Program, .. arguments]));

    /// <param name="assembly">Another program that lies beside the tests; its input is ours to write, and ends with this process.</param>
    public static CliProcess StartProgram(string assembly, params IEnumerable<string> arguments) => Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]) { RedirectStandardInput = true, UseShellExecute = false });

    /// <summary>With a file system of its own on a folder, that has room for so many kilobytes; for Linux machines that allow it.</summary>
    public static CliProcess StartOnSmallDisk(string folder, int kilobytes, params IEnumerable<string> arguments) => Start(new ProcessStartInfo(
        "unshare", ["--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size={kilobytes}k none \"$0\" && exec dotnet \"$@\"", folder, Program, .. arguments]));

    private static CliProcess Start(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        start.WorkingDirectory = Path.GetTempPath();
        return new CliProcess(Process.Start(start)!);
    }

    /// <summary>Runs to the end. A run that hangs is killed and told.</summary>
    public static Task<(int Code, string Output, string Error)> Run(params IEnumerable<string> arguments) =>
        Run(TimeSpan.FromMinutes(5), arguments);

    public static async Task<(int Code, string Output, string Error)> Run(TimeSpan limit, params IEnumerable<string> arguments)
    {
        using var cli = Start(arguments);
        var code = await cli.Exited(limit);
        return (code, cli.Output, cli.Error);
    }

    public async Task<int> Exited(TimeSpan limit)
    {
        using var tooLong = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(tooLong.Token);
        }
        catch (OperationCanceledException late)
        {
            Kill();
            throw new TimeoutException($"'benchfleet {string.Join(' ', _process.StartInfo.ArgumentList.Skip(1))}' still ran after {limit}. stdout: {Output} stderr: {Error}", late);
        }

#pragma warning disable VSTHRD003 // started by this object's constructor; there is no synchronisation context
        await _read;
#pragma warning restore VSTHRD003
        return _process.ExitCode;
    }

    /// <summary>The first line, of either stream, that is asked for; lines that came before count.</summary>
    /// <exception cref="EndOfStreamException">The process has ended without it.</exception>
    public async Task<string> Line(Func<string, bool> isIt, TimeSpan limit)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            if ((Output + "\n" + Error).Split('\n').FirstOrDefault(isIt) is { } before) return before;
            _awaited.Add((isIt, seen));
        }

        try
        {
#pragma warning disable VSTHRD003 // started by this object's constructor; there is no synchronisation context
            await Task.WhenAny(seen.Task, _read).WaitAsync(limit);
#pragma warning restore VSTHRD003
            return seen.Task.IsCompletedSuccessfully
                ? await seen.Task
                : throw new EndOfStreamException($"The process ended without the awaited line. stdout: {Output} stderr: {Error}");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The awaited line did not come within {limit}. stdout: {Output} stderr: {Error}", late);
        }
    }

    /// <summary>A line on the program's input.</summary>
    public async Task Say(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>kill -9: no handler runs, nothing is flushed. Children are left to find out for themselves.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: false);
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop; not on Windows.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>It hangs until it is resumed, and does not know of it; not on Windows.</summary>
    public void Suspend() => Signal("STOP");

    public void Resume() => Signal("CONT");

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private async Task Read(StreamReader stream, StringBuilder into)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (_awaited)
            {
                lock (into) into.AppendLine(line);
                foreach (var (_, seen) in _awaited.Where(awaited => awaited.IsIt(line))) seen.TrySetResult(line);
            }
        }
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{_process.Id}"]);
        kill.WaitForExit();
        if (kill.ExitCode != 0 && !_process.HasExited) throw new InvalidOperationException($"Process {_process.Id} took no {name}.");
    }

    private static string Locked(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
