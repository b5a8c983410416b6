namespace BenchFleet.Measurement.Devices;

/// <summary>Which energy counters are there, and which may be read.</summary>
internal static class EnergySources
{
    private const string Powercap = "sys/class/powercap";

    public static IEnumerable<DoctorCheck> Examine(HostFiles files)
    {
        var packages = files.Folders(Powercap, "intel-rapl:*")
            .Where(zone => files.Text($"{zone}/name")?.StartsWith("package", StringComparison.Ordinal) == true).ToList();
        yield return packages switch
        {
            [] => new DoctorCheck("energy.cpu", DoctorStatus.Missing,
                "The processor's energy counters are not visible (no powercap package).",
                "Virtual machines do not show them, nor do kernels without intel_rapl; energy is then estimated (class E1), never ranked."),
            _ when packages.TrueForAll(zone => files.Number($"{zone}/energy_uj") is not null) =>
                new DoctorCheck("energy.cpu", DoctorStatus.Ok, $"{packages.Count} processor package counters are readable (class M3)."),
            _ => new DoctorCheck("energy.cpu", DoctorStatus.Missing,
                "The processor's energy counters are there, but this user may not read them.",
                "Since 2020 only root may (CVE-2020-8694): run the agent as root, or let a udev rule make energy_uj readable."),
        };
        var rails = files.Folders("sys/class/hwmon")
            .Count(folder => files.Text($"{folder}/name")?.StartsWith("ina", StringComparison.Ordinal) == true);
        if (rails > 0)
            yield return new DoctorCheck("energy.rails", DoctorStatus.Ok, $"{rails} board rail sensors are readable (class M2).");
    }
}
