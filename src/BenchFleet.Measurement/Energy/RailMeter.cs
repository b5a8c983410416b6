using System.Globalization;
using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Devices;

namespace BenchFleet.Measurement.Energy;

/// <summary>
/// A power sensor on the board's input rail (INA3221 and its like, as Linux hwmon shows them; Jetson boards have one). There is no counter:
/// power is read ten times a second and added up. Only the rail that feeds the board is used, since the others are parts of it.
/// </summary>
public sealed class RailMeter : IEnergyMeter, IDisposable
{
    // Reading more often costs power itself (method.md, 5).
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private static readonly string[] InputRails = ["VDD_IN", "POM_5V_IN", "VIN_SYS_5V0", "VIN"];

    private readonly HostFiles _files;
    private readonly Rail _rail;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _state = new();
    private double _joules;
    private double _watts;
    private long _start;
    private long _last;

    private RailMeter(HostFiles files, Rail rail, TimeProvider clock)
    {
        (_files, _rail, _clock) = (files, rail, clock);
        _timer = clock.CreateTimer(_ => Sample(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <returns>Null when no input rail is readable.</returns>
    public static RailMeter? TryOpen(string root, TimeProvider clock)
    {
        var files = new HostFiles(root);
        var rail = files.Folders("sys/class/hwmon")
            .Where(folder => files.Text($"{folder}/name")?.StartsWith("ina", StringComparison.Ordinal) == true)
            .SelectMany(folder => Enumerable.Range(1, 4).Select(channel => new Rail(folder, channel)))
            .FirstOrDefault(found => InputRails.Contains(files.Text($"{found.Folder}/in{Text(found.Channel)}_label"))
                && Watts(files, found) is not null);
        return rail is null ? null : new RailMeter(files, rail, clock);
    }

    public void Start()
    {
        lock (_state)
        {
            _joules = 0;
            _watts = Watts(_files, _rail) ?? 0;
            _start = _last = _clock.GetTimestamp();
        }
        _timer.Change(Period, Period);
    }

    public EnergyWindow? Stop()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Sample();
        lock (_state)
        {
            var seconds = _clock.GetElapsedTime(_start, _last).TotalSeconds;
            // Shorter than two readings is no integral.
            return seconds < 2 * Period.TotalSeconds ? null
                : new EnergyWindow(EnergyClass.M2, "board-input", _joules, seconds, 0, Period.TotalSeconds);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        var watts = Watts(_files, _rail);
        lock (_state)
        {
            var now = _clock.GetTimestamp();
            var next = watts ?? _watts;
            _joules += (_watts + next) / 2 * _clock.GetElapsedTime(_last, now).TotalSeconds;
            (_last, _watts) = (now, next);
        }
    }

    // Millivolts times milliamperes.
    private static double? Watts(HostFiles files, Rail rail) =>
        files.Number($"{rail.Folder}/in{Text(rail.Channel)}_input") is { } millivolts
            && files.Number($"{rail.Folder}/curr{Text(rail.Channel)}_input") is { } milliamperes
            ? millivolts * (double)milliamperes / 1e6
            : null;

    private static string Text(int channel) => channel.ToString(CultureInfo.InvariantCulture);

    private sealed record Rail(string Folder, int Channel);
}
