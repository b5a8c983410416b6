using BenchFleet.Measurement.Devices;

namespace BenchFleet.Measurement.Tests.Given;

/// <summary>A folder that stands for / of some machine.</summary>
public sealed class FakeHost : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchfleet-host-");

    public string Root => _folder.FullName;

    public HostFiles Files => new(Root);

    public FakeHost With(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    /// <summary>A processor package's energy counter with a range of 1000 J.</summary>
    public FakeHost Package(int number, long microjoules) => Zone($"intel-rapl:{number}", $"package-{number}", microjoules);

    public FakeHost Zone(string zone, string name, long microjoules) =>
        With($"sys/class/powercap/{zone}/name", name + "\n")
            .With($"sys/class/powercap/{zone}/max_energy_range_uj", "1000000000\n")
            .With($"sys/class/powercap/{zone}/energy_uj", $"{microjoules}\n");

    public void Dispose() => _folder.Delete(recursive: true);
}
