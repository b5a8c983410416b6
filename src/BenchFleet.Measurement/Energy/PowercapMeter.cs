using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Measurements;

namespace BenchFleet.Measurement.Energy;

/// <summary>
/// The processor's own energy counters as Linux shows them (powercap; AMD's under Intel's name), packages only: cores, memory and platform
/// are parts of a package or contain it. Whole sockets, not this process. Usually readable by root only (CVE-2020-8694), and not in VMs.
/// </summary>
public sealed class PowercapMeter : IEnergyMeter
{
    private const string Folder = "sys/class/powercap";

    // The usual unit is 2^-14 J, shown in microjoules; the counter is updated about every millisecond.
    private const double QuantumJoules = 61e-6;
    private const double UpdateSeconds = 0.001;

    // No package draws more; a longer window than this times the range could hide a wrap.
    private const double MostWattsPerPackage = 1_000;

    private readonly ImmutableArray<Zone> _zones;
    private readonly TimeProvider _clock;
    private readonly long[] _before;
    private long _start;

    private PowercapMeter(ImmutableArray<Zone> zones, TimeProvider clock) =>
        (_zones, _clock, _before) = (zones, clock, new long[zones.Length]);

    /// <param name="root">Where sys is; another one in tests.</param>
    /// <returns>Null when no package counter is readable.</returns>
    public static PowercapMeter? TryOpen(string root, TimeProvider clock)
    {
        var folder = Path.Combine(root, Folder);
        if (!Directory.Exists(folder)) return null;
        var zones = Directory.GetDirectories(folder, "intel-rapl:*").Order(StringComparer.Ordinal).Where(IsPackage).Select(Zone.TryOpen)
            .ToList();
        return zones.Count > 0 && zones.TrueForAll(zone => zone is not null) ? new PowercapMeter([.. zones!], clock) : null;
    }

    public void Start()
    {
        for (var i = 0; i < _zones.Length; i++) _before[i] = _zones[i].Read();
        _start = _clock.GetTimestamp();
    }

    public EnergyWindow? Stop()
    {
        var seconds = _clock.GetElapsedTime(_start).TotalSeconds;
        var microjoules = 0.0;
        for (var i = 0; i < _zones.Length; i++)
        {
            if (seconds * MostWattsPerPackage * 1e6 > _zones[i].RangeMicrojoules) return null;
            var used = _zones[i].Read() - _before[i];
            microjoules += used < 0 ? used + _zones[i].RangeMicrojoules : used;
        }
        return new EnergyWindow(EnergyClass.M3, "cpu-package", microjoules / 1e6, seconds, QuantumJoules * _zones.Length, UpdateSeconds);
    }

    private static bool IsPackage(string folder)
    {
        var name = Path.Combine(folder, "name");
        return Path.GetFileName(folder).Count(c => c == ':') == 1 && File.Exists(name)
            && File.ReadAllText(name).StartsWith("package", StringComparison.Ordinal);
    }

    private sealed record Zone(string CounterPath, long RangeMicrojoules)
    {
        public static Zone? TryOpen(string folder)
        {
            try
            {
                var zone = new Zone(Path.Combine(folder, "energy_uj"), Number(Path.Combine(folder, "max_energy_range_uj")));
                zone.Read();
                return zone;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                return null;
            }
        }

        public long Read() => Number(CounterPath);

        private static long Number(string path) => long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
    }
}
