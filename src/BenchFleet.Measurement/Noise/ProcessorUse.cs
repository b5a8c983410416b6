using System.Globalization;

namespace BenchFleet.Measurement.Noise;

/// <summary>Processor time of the whole machine and of this process, from /proc; all zero where there is no /proc.</summary>
/// <param name="Total">Time all processors had, in ticks of the kernel.</param>
/// <param name="Busy">What of it was used by anyone, time stolen by a hypervisor included.</param>
/// <param name="Own">What of it this process used.</param>
public readonly record struct ProcessorUse(long Total, long Busy, long Own)
{
    /// <summary>Others using more of the machine than this is flagged.</summary>
    public const double BackgroundShare = 0.05;

    // The kernel counts in ticks of 10 ms: below this many, a share is rounding.
    private const long LeastTicks = 4;

    public static ProcessorUse Read(string root = "/")
    {
        var stat = Path.Combine(root, "proc/stat");
        var own = Path.Combine(root, "proc/self/stat");
        return File.Exists(stat) && File.Exists(own) ? Parse(File.ReadLines(stat).First(), File.ReadAllText(own)) : default;
    }

    /// <param name="machine">First line of /proc/stat: user nice system idle iowait irq softirq steal.</param>
    /// <param name="process">/proc/self/stat; fields are counted after the name, which may hold spaces.</param>
    public static ProcessorUse Parse(string machine, string process)
    {
        var times = machine.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number).ToArray();
        var fields = process[(process.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var total = times.Sum();
        return new ProcessorUse(total, total - times[3] - times[4], Number(fields[11]) + Number(fields[12]));
    }

    /// <summary>Share of the machine that others used since <paramref name="before"/>; 0 when too short to tell.</summary>
    public double OthersSince(ProcessorUse before)
    {
        var others = Busy - before.Busy - (Own - before.Own);
        return others < LeastTicks || Total <= before.Total ? 0 : (double)others / (Total - before.Total);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
