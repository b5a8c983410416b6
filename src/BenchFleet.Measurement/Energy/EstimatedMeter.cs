using System.Runtime.InteropServices;
using BenchFleet.Core.Measurements;

namespace BenchFleet.Measurement.Energy;

/// <summary>
/// An estimate where nothing can be read: processor time of this process times the power of a busy core, over a constant idle power.
/// Good for saying that more work costs more; class E1, never ranked with a measurement.
/// </summary>
/// <param name="cpuTime">Processor time used so far.</param>
/// <param name="busyCoreWatts">What a busy core adds to idle.</param>
public sealed class EstimatedMeter(TimeProvider clock, Func<TimeSpan> cpuTime, double busyCoreWatts) : IEnergyMeter
{
    /// <summary>Relative standard uncertainty: cores of one architecture differ by more than a factor of two in power.</summary>
    public const double RelativeUncertainty = 0.4;

    /// <summary>Power counted for idling.</summary>
    public const double IdleWatts = 2;

    // Thermal design power over cores of common server and desktop parts is 4 to 12 W; of arm64 application cores 1 to 4 W.
    private const double X64CoreWatts = 7;
    private const double ArmCoreWatts = 2.5;

    private TimeSpan _used;
    private long _start;

    /// <summary>For this process on this machine.</summary>
    public static EstimatedMeter ForThisProcess(TimeProvider clock) =>
        new(clock, OwnCpuTime, IsX86 ? X64CoreWatts : ArmCoreWatts);

    public void Start()
    {
        _used = cpuTime();
        _start = clock.GetTimestamp();
    }

    public EnergyWindow Stop()
    {
        var seconds = clock.GetElapsedTime(_start).TotalSeconds;
        var busy = (cpuTime() - _used).TotalSeconds;
        return new EnergyWindow(EnergyClass.E1, "process-estimate", (IdleWatts * seconds) + (busyCoreWatts * busy), seconds, 0, 0);
    }

    EnergyWindow? IEnergyMeter.Stop() => Stop();

    private static bool IsX86 => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    private static TimeSpan OwnCpuTime() =>
        OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() ? TimeSpan.Zero : Environment.CpuUsage.TotalTime;
}
