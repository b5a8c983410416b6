using System.Collections.Immutable;
using System.Globalization;

namespace BenchFleet.Measurement.Devices;

/// <summary>/proc/cpuinfo of x86 and ARM Linux.</summary>
/// <param name="Flags">What the kernel lists as flags (x86) or Features (ARM), sorted.</param>
/// <param name="Family">The microarchitecture where it is known (zen5, sapphire-rapids, neoverse-v2), else vendor, family and
/// model.</param>
/// <param name="PhysicalCores">0 where cpuinfo does not say.</param>
public sealed record CpuInfo(
    string? Model, string? Vendor, string Family, string? Microcode, ImmutableArray<string> Flags, int Processors, int PhysicalCores)
{
    public bool IsVirtual => Flags.Contains("hypervisor");

    public static CpuInfo Parse(string text)
    {
        var blocks = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Block).Where(block => block.ContainsKey("processor"))
            .ToList();
        var first = blocks.Count > 0 ? blocks[0] : [];
        var flags = (first.GetValueOrDefault("flags") ?? first.GetValueOrDefault("Features") ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new CpuInfo(
            first.GetValueOrDefault("model name"),
            first.GetValueOrDefault("vendor_id") ?? first.GetValueOrDefault("CPU implementer"),
            FamilyOf(blocks),
            first.GetValueOrDefault("microcode"),
            [.. flags.Distinct().Order(StringComparer.Ordinal)],
            blocks.Count,
            blocks.Where(block => block.ContainsKey("core id")).Select(block => (block.GetValueOrDefault("physical id"), block["core id"]))
                .Distinct().Count());
    }

    private static Dictionary<string, string> Block(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                fields.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
        return fields;
    }

    private static string FamilyOf(List<Dictionary<string, string>> blocks)
    {
        if (blocks.Count == 0) return "unknown";
        var first = blocks[0];
        if (first.ContainsKey("CPU part"))
            return string.Join('-', blocks.Select(block => CpuFamilies.Arm(Hex(block, "CPU implementer"), Hex(block, "CPU part")))
                .Distinct().Order(StringComparer.Ordinal));
        return CpuFamilies.X86(first.GetValueOrDefault("vendor_id", "unknown"), Number(first, "cpu family"), Number(first, "model"),
            Number(first, "stepping"));
    }

    private static int Number(Dictionary<string, string> block, string field) =>
        int.TryParse(block.GetValueOrDefault(field), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static int Hex(Dictionary<string, string> block, string field) =>
        block.GetValueOrDefault(field) is { } text && text.StartsWith("0x", StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
