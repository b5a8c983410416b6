using System.Globalization;

namespace BenchFleet.Measurement.Devices;

/// <summary>What a container may use, from cgroup v2 or v1; null where nothing limits it.</summary>
/// <param name="Cpus">Processors' worth of time, e.g. 1.5.</param>
/// <param name="CpuSet">Processors it may run on.</param>
public sealed record CgroupLimits(double? Cpus, int? CpuSet, long? MemoryBytes)
{
    private const string Mount = "sys/fs/cgroup";

    // v1 writes "no limit" as the largest page-aligned number.
    private const long NoLimitV1 = long.MaxValue / 2;

    public static CgroupLimits Read(HostFiles files)
    {
        var groups = files.Lines("proc/self/cgroup").Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
        var unified = Path(groups, "");
        var cpus = Folders(unified, "").Select(folder => QuotaV2(files.Text($"{folder}/cpu.max")))
            .Concat(Folders(Path(groups, "cpu"), "cpu").Concat(Folders(Path(groups, "cpu"), "cpu,cpuacct"))
            .Select(folder => QuotaV1(files, folder)));
        var sets = Folders(unified, "").Select(folder => files.Text($"{folder}/cpuset.cpus.effective"))
            .Concat(Folders(Path(groups, "cpuset"), "cpuset").Select(folder => files.Text($"{folder}/cpuset.cpus")));
        var memory = Folders(unified, "").Select(folder => files.Number($"{folder}/memory.max"))
            .Concat(Folders(Path(groups, "memory"), "memory").Select(folder => files.Number($"{folder}/memory.limit_in_bytes")));
        return new CgroupLimits(
            cpus.Min(),
            sets.Select(CountOf).Min(),
            memory.Where(limit => limit is > 0 and < NoLimitV1).Min());
    }

    /// <summary>Processors in a list such as <c>0-3,8</c>; null for an empty one.</summary>
    public static int? CountOf(string? list)
    {
        if (string.IsNullOrWhiteSpace(list)) return null;
        var count = 0;
        foreach (var range in list.Split(','))
        {
            var ends = range.Split('-');
            if (!int.TryParse(ends[0], CultureInfo.InvariantCulture, out var from)
                || !int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var to)) return null;
            count += to - from + 1;
        }
        return count;
    }

    private static string Path(List<string[]> groups, string controller) =>
        groups.FirstOrDefault(parts => parts[1].Split(',').Contains(controller))?[2] ?? "/";

    // A limit of any ancestor binds; inside a container the path may be the host's and not exist below the mount, then the mount itself is
    // ours.
    private static IEnumerable<string> Folders(string group, string controller)
    {
        var mount = controller.Length == 0 ? Mount : $"{Mount}/{controller}";
        var parts = group.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(0, parts.Length + 1).Select(depth => string.Join('/', parts.Take(depth).Prepend(mount)));
    }

    private static double? QuotaV2(string? text) =>
        text?.Split(' ') is [var quota, var period] && double.TryParse(quota, CultureInfo.InvariantCulture, out var allowed)
        && double.TryParse(period, CultureInfo.InvariantCulture, out var of) ? allowed / of : null;

    private static double? QuotaV1(HostFiles files, string folder) =>
        files.Number($"{folder}/cpu.cfs_quota_us") is > 0 and var quota && files.Number($"{folder}/cpu.cfs_period_us") is > 0 and var period
            ? (double)quota / period
            : null;
}
