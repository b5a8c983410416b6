using System.Diagnostics;
using System.Text;

namespace BenchFleet.TestSupport.Postgres;

/// <summary>
/// A throw-away PostgreSQL server behind a Unix socket in a temporary folder. A shell owns it and reads from this process: when the pipe
/// closes, whatever the reason, the shell stops the server and deletes the folder.
/// </summary>
internal static class PrivateServer
{
    // The server refuses to run as root, and then its folder has to be its user's: so the shell that makes both runs as that user.
    private const string Script = """
        set -e
        folder=$(mktemp -d /tmp/benchfleet-pg.XXXXXX)
        trap 'rm -rf "$folder"' EXIT
        "$0/initdb" -D "$folder/data" -U benchfleet -A trust --no-sync -E UTF8 --locale=C >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; exit 1; }
        "$0/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >"$folder/start.log" 2>&1 \
            -o "-k $folder -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200" \
            || { cat "$folder/start.log" "$folder/log"; exit 1; }
        echo "READY $folder"
        cat >/dev/null
        "$0/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
        """;

    // Held for ever: the server lives as long as its input stays open.
    private static Process? _shell;

    /// <summary>Folder of initdb, pg_ctl and postgres; null where they are not installed.</summary>
    public static string? Binaries { get; } = Folders().FirstOrDefault(folder =>
        new[] { "initdb", "pg_ctl", "postgres" }.All(name => File.Exists(Path.Combine(folder, name))));

    public static string Start()
    {
        var binaries = Binaries ?? throw new InvalidOperationException($"Set {PostgresServer.Variable}, or install initdb, pg_ctl and postgres.");
        var asUser = Environment.UserName == "root" ? new[] { "runuser", "-u", ServerUser(), "--" } : [];
        string[] command = [.. asUser, "sh", "-c", Script, binaries];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        _shell = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        var folder = Ready(_shell.StandardOutput);
        return $"Host={folder};Username=benchfleet;Database=postgres;Maximum Pool Size=40";
    }

    private static string Ready(StreamReader output)
    {
        var said = new StringBuilder();
        while (output.ReadLine() is { } line)
        {
            if (line.StartsWith("READY ", StringComparison.Ordinal)) return line["READY ".Length..];
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
