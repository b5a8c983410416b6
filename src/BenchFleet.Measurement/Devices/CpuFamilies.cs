namespace BenchFleet.Measurement.Devices;

/// <summary>
/// Microarchitectures by the numbers a processor reports: AMD's processor programming references, Intel's list of family and model numbers
/// (intel-family.h of the Linux kernel), Arm's part numbers (cputype.h). An unknown one is named by its numbers, so it is still a class of
/// its own.
/// </summary>
public static class CpuFamilies
{
    public static string X86(string vendor, int family, int model, int stepping) => (vendor, family) switch
    {
        ("AuthenticAMD", 23) => model >= 0x30 ? "zen2" : "zen",
        ("AuthenticAMD", 25) => model is (>= 0x10 and <= 0x1f) or (>= 0x60 and <= 0x7f) or (>= 0xa0 and <= 0xaf) ? "zen4" : "zen3",
        ("AuthenticAMD", 26) => "zen5",
        ("GenuineIntel", 6) => Intel(model, stepping) ?? $"intel-6-{model}",
        _ => $"{Vendor(vendor)}-{family}-{model}",
    };

    public static string Arm(int implementer, int part) => (implementer, part) switch
    {
        (0x41, 0xd03) => "cortex-a53",
        (0x41, 0xd04) => "cortex-a35",
        (0x41, 0xd05) => "cortex-a55",
        (0x41, 0xd07) => "cortex-a57",
        (0x41, 0xd08) => "cortex-a72",
        (0x41, 0xd09) => "cortex-a73",
        (0x41, 0xd0a) => "cortex-a75",
        (0x41, 0xd0b) => "cortex-a76",
        (0x41, 0xd0c) => "neoverse-n1",
        (0x41, 0xd0d) => "cortex-a77",
        (0x41, 0xd40) => "neoverse-v1",
        (0x41, 0xd41) => "cortex-a78",
        (0x41, 0xd42) => "cortex-a78ae",
        (0x41, 0xd44) => "cortex-x1",
        (0x41, 0xd46) => "cortex-a510",
        (0x41, 0xd47) => "cortex-a710",
        (0x41, 0xd48) => "cortex-x2",
        (0x41, 0xd49) => "neoverse-n2",
        (0x41, 0xd4d) => "cortex-a715",
        (0x41, 0xd4e) => "cortex-x3",
        (0x41, 0xd4f) => "neoverse-v2",
        (0x41, 0xd80) => "cortex-a520",
        (0x41, 0xd81) => "cortex-a720",
        (0x41, 0xd82) => "cortex-x4",
        (0x41, 0xd84) => "neoverse-v3",
        (0x41, 0xd8e) => "neoverse-n3",
        (0xc0, 0xac3) => "ampere1",
        (0xc0, 0xac4) => "ampere1a",
        _ => $"arm-{implementer:x}-{part:x}",
    };

    private static string? Intel(int model, int stepping) => model switch
    {
        0x3c or 0x45 or 0x46 or 0x3f => "haswell",
        0x3d or 0x47 or 0x4f or 0x56 => "broadwell",
        0x4e or 0x5e => "skylake",
        0x55 => stepping switch { >= 10 => "cooper-lake", >= 5 => "cascade-lake", _ => "skylake-sp" },
        0x8e or 0x9e => "kaby-lake",
        0xa5 or 0xa6 => "comet-lake",
        0x7d or 0x7e => "ice-lake",
        0x6a or 0x6c => "ice-lake-sp",
        0x8c or 0x8d => "tiger-lake",
        0xa7 => "rocket-lake",
        0x97 or 0x9a => "alder-lake",
        0xb7 or 0xba or 0xbf => "raptor-lake",
        0xaa or 0xac => "meteor-lake",
        0xbd => "lunar-lake",
        0xb5 or 0xc5 or 0xc6 => "arrow-lake",
        0x8f => "sapphire-rapids",
        0xcf => "emerald-rapids",
        0xad or 0xae => "granite-rapids",
        0xaf => "sierra-forest",
        _ => null,
    };

    private static string Vendor(string vendor) => vendor switch
    {
        "AuthenticAMD" => "amd",
        "GenuineIntel" => "intel",
        _ => vendor.ToLowerInvariant(),
    };
}
