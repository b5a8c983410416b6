using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BenchFleet.TestSupport.Postgres;

/// <summary>
/// A throw-away PostgreSQL server behind a Unix socket in a temporary folder. A shell owns it and reads from this process: a line starts or
/// crashes the server, and when the pipe closes, whatever the reason, the shell stops the server and deletes the folder.
/// </summary>
public sealed class PrivateServer : IDisposable
{
    /// <summary>As fast as it gets: nothing survives a crash of the machine, and a crash of the server loses its last moments.</summary>
    public const string Volatile = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off";

    /// <summary>The server's own defaults: what was committed is there after any crash.</summary>
    public const string Durable = "";

    // The server refuses to run as root, and then its folder has to be its user's: so the shell that makes both runs as that user.
    private const string Script = """
        set -e
        folder=$(mktemp -d /tmp/benchfleet-pg.XXXXXX)
        trap 'rm -rf "$folder"' EXIT
        start() {
            "$0/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >"$folder/start.log" 2>&1 \
                -o "-k $folder -c listen_addresses='' -c max_connections=200 $settings" \
                || { cat "$folder/start.log" "$folder/log"; exit 1; }
            echo "READY $folder $(head -1 "$folder/data/postmaster.pid")"
        }
        crash() { "$0/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; }
        settings=$1
        "$0/initdb" -D "$folder/data" -U benchfleet -A trust --no-sync -E UTF8 --locale=C >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; exit 1; }
        start
        while read -r verb; do
            case $verb in
                start) start ;;
                crash) crash; echo "READY $folder 0" ;;
            esac
        done
        crash
        """;

    private readonly Process _shell;
    private readonly string _folder;

    private PrivateServer(Process shell)
    {
        _shell = shell;
        (_folder, ProcessId) = Ready();
    }

    /// <summary>Folder of initdb, pg_ctl and postgres; null where they are not installed.</summary>
    public static string? Binaries { get; } = Folders().FirstOrDefault(folder =>
        new[] { "initdb", "pg_ctl", "postgres" }.All(name => File.Exists(Path.Combine(folder, name))));

    /// <summary>Of a superuser; the same after a restart.</summary>
    public string ConnectionString => $"Host={_folder};Username=benchfleet;Database=postgres;Maximum Pool Size=40";

    /// <summary>Of the process that all others of the server are children of; 0 while it does not run.</summary>
    public int ProcessId { get; private set; }

    /// <summary>What the server has logged so far.</summary>
    public string Log => File.ReadAllText(Path.Combine(_folder, "log"));

    /// <param name="settings">Options of the server's command line, <see cref="Volatile"/> or <see cref="Durable"/> among them.</param>
    public static PrivateServer Start(string settings)
    {
        var binaries = Binaries ?? throw new InvalidOperationException($"Set {PostgresServer.Variable}, or install initdb, pg_ctl and postgres.");
        var asUser = Environment.UserName == "root" ? new[] { "runuser", "-u", ServerUser(), "--" } : [];
        string[] command = [.. asUser, "sh", "-c", Script, binaries, settings];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        return new PrivateServer(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start."));
    }

    /// <summary>Ends at once, as if it had been killed: nothing is written any more, and the next start recovers.</summary>
    public void Crash() => Order("crash");

    public void StartAgain() => Order("start");

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Order(string verb)
    {
        _shell.StandardInput.WriteLine(verb);
        _shell.StandardInput.Flush();
        ProcessId = Ready().ProcessId;
    }

    private (string Folder, int ProcessId) Ready()
    {
        var said = new StringBuilder();
        while (_shell.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split(' ') is ["READY", var folder, var process]) return (folder, int.Parse(process, CultureInfo.InvariantCulture));
            said.AppendLine(line);
        }

        throw new InvalidOperationException($"The private PostgreSQL server did not start:\n{said}");
    }

    private static string ServerUser()
    {
        const string Usual = "postgres";
        return File.ReadLines("/etc/passwd").Any(line => line.StartsWith(Usual + ":", StringComparison.Ordinal)) ? Usual : "nobody";
    }

    /// <summary>The path first, then where Debian keeps its versions, newest first.</summary>
    private static IEnumerable<string> Folders()
    {
        if (OperatingSystem.IsWindows()) return [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        const string Debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        return path.Concat(versions
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")));
    }
}
