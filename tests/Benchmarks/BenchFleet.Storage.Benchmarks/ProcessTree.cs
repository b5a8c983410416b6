using System.Globalization;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>What a process and all its children use, as Linux counts it in /proc.</summary>
internal static class ProcessTree
{
    // USER_HZ, which is 100 on every Linux that there is.
    private const double TicksPerSecond = 100;

    // Places in /proc/PID/stat behind the name in brackets (proc_pid_stat(5)): state is the first.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int Times = 4;

    /// <summary>User and system time, those of children that have ended included.</summary>
    public static double CpuSeconds(int root)
    {
        var all = Directory.GetDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? Stat(id) : null)
            .OfType<(int Id, string[] Fields)>().ToArray();
        var tree = new HashSet<int> { root };
        while (all.Where(process => tree.Contains(Number(process.Fields[Parent])) && tree.Add(process.Id)).ToArray().Length > 0) { }
        return all.Where(process => tree.Contains(process.Id)).Sum(process => process.Fields.Skip(UserTime).Take(Times).Sum(Number)) / TicksPerSecond;
    }

    /// <summary>Resident memory of one process, bytes.</summary>
    public static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024L;
    }

    private static (int Id, string[] Fields)? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return (id, text[(text.LastIndexOf(')') + 2)..].Split(' '));
        }
        catch (IOException)
        {
            return null; // It has just ended.
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
