using System.Diagnostics;
using Npgsql;

namespace BenchFleet.Cluster.Benchmarks;

/// <summary>The private PostgreSQL server of this process, which lives in the folder of its socket.</summary>
internal static class DatabaseServer
{
    // It runs as the owner of its data, since it refuses to run as root. Without a user to change to, there is nothing to change.
    private const string Script = """
        owner=$(stat -c %U "$0/data"); control=$(dirname "$(readlink "/proc/$(head -1 "$0/data/postmaster.pid")/exe")")/pg_ctl
        run() { if [ "$owner" = "$(id -un)" ]; then "$@"; else runuser -u "$owner" -- "$@"; fi; }
        run "$control" -D "$0/data" -l "$0/log" -w -m immediate restart
        """;

    /// <summary>At once, as after a crash: the next start recovers.</summary>
    public static async Task Restart(string connectionString)
    {
        var folder = new NpgsqlConnectionStringBuilder(connectionString).Host!;
        using var restart = Process.Start(new ProcessStartInfo("sh", ["-c", Script, folder]) { WorkingDirectory = "/", RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await restart.StandardOutput.ReadToEndAsync();
        await restart.WaitForExitAsync();
        if (restart.ExitCode != 0) throw new InvalidOperationException($"The database did not come back: {said}");
    }
}
