using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Devices;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Noise;
using BenchFleet.Measurement.Sessions;

namespace BenchFleet.Measurement.Devices;

/// <summary>Says what this machine can measure, and what it would take for the rest.</summary>
public sealed class Doctor(HostFiles files, DeviceFacts facts, TimeProvider clock)
{
    private const long LittleMemory = 2L << 30;
    private const double SlowTimerNs = 500;

    /// <summary>Examines this machine; opens a one-node model on each provider.</summary>
    public static ImmutableArray<DoctorCheck> ExamineThisMachine() =>
        [.. new Doctor(new HostFiles("/"), HostProbe.Read(), TimeProvider.System).Examine(), .. ProviderTrial.All()];

    public ImmutableArray<DoctorCheck> Examine() =>
        [Runtime(), Runner(), Isa(), Cores(), Memory(), .. EnergySources.Examine(files), Governor(), Heat(), Virtualisation(), Load(),
            Timer(), Gpu(), Adb()];

    private DoctorCheck Runtime() => facts.Providers.IsEmpty
        ? new DoctorCheck("runtime", DoctorStatus.Missing, OnnxRuntimeLibrary.TryLoad() ?? "ONNX Runtime offers no execution provider.",
            $"Build again, or let {OnnxRuntimeLibrary.PathVariable} name the library file of an ONNX Runtime 1.24 or later.")
        : Ok("runtime", $"ONNX Runtime {facts.RuntimeVersion} ({Fact("runtime.library", "bundled")}) offers {string.Join(", ", facts.Providers)}.");

    private static DoctorCheck Runner() => RunnerLocation.Find() is { } found
        ? Ok("runner", $"The runner is {found.Assembly ?? found.FileName}.")
        : new DoctorCheck("runner", DoctorStatus.Missing, $"There is no runner beside {AppContext.BaseDirectory}.",
            $"Set {RunnerLocation.PathVariable} to the BenchFleet.Runner executable.");

    private DoctorCheck Isa()
    {
        var best = DeviceClass.BestIsa(facts.Isa);
        var finding = $"{facts.Model} ({Fact("cpu.family", "unknown")}), {facts.Architecture}, best instruction set for integers: {best}.";
        return best is "amx-int8" or "avx10" or "avx512-vnni" or "avx-vnni" or "dotprod" or "i8mm" or "sve2"
            ? Ok("isa", finding)
            : new DoctorCheck("isa", DoctorStatus.Warn, finding,
                "It has no integer dot product: int8 models gain little here, and U8S8 kernels may saturate (7-bit weights avoid it).");
    }

    private DoctorCheck Cores() => facts.Cores >= 2
        ? Ok("cores", $"{Text(facts.Cores)} processors are available.")
        : new DoctorCheck("cores", DoctorStatus.Warn, "One processor is available.",
            "The agent and what it measures share it: expect wide intervals.");

    private DoctorCheck Memory() => facts.MemoryBytes >= LittleMemory
        ? Ok("memory", $"{Text(facts.MemoryBytes >> 20)} MiB are available.")
        : new DoctorCheck("memory", DoctorStatus.Warn, $"{Text(facts.MemoryBytes >> 20)} MiB are available.",
            "Models of several hundred MB may not fit twice, as comparing a variant with its model needs.");

    private DoctorCheck Governor() => Fact("governor", "unknown") switch
    {
        "performance" => Ok("governor", "The clock governor is 'performance'."),
        "unknown" => new DoctorCheck("governor", DoctorStatus.Warn, "The clock governor cannot be read.",
            "Usual in virtual machines: the host decides about clocks; the calibration kernel still sees throttling."),
        var other => new DoctorCheck("governor", DoctorStatus.Warn, $"The clock governor is '{other}'.",
            "Clocks change while measuring; 'cpupower frequency-set -g performance' keeps them up."),
    };

    private DoctorCheck Heat()
    {
        var zones = files.Folders("sys/class/thermal", "thermal_zone*").Concat(files.Folders("sys/class/hwmon"))
            .Count(zone => files.Exists($"{zone}/temp") || files.Exists($"{zone}/temp1_input"));
        return zones > 0
            ? Ok("heat", $"{Text(zones)} temperature sensors are readable.")
            : new DoctorCheck("heat", DoctorStatus.Warn, "No temperature sensor is readable.",
                "Usual in virtual machines; throttling is told from the calibration kernel alone.");
    }

    private DoctorCheck Virtualisation() => Fact("virtualisation", "") is var kind
        && kind.StartsWith("guest", StringComparison.Ordinal)
        ? new DoctorCheck("virtualisation", DoctorStatus.Warn, $"This is a virtual machine: {kind}.",
            "Neighbours can disturb timings and there are no energy counters; interleaved blocks absorb most of the first.")
        : Ok("virtualisation", $"Virtualisation: {kind}.");

    private DoctorCheck Load()
    {
        var load = files.Text("proc/loadavg")?.Split(' ')[0];
        if (!double.TryParse(load, CultureInfo.InvariantCulture, out var running))
            return new DoctorCheck("load", DoctorStatus.Warn, "The load of the machine cannot be read.");
        return running <= 0.25 * facts.Cores
            ? Ok("load", $"The machine is quiet: load {load}.")
            : new DoctorCheck("load", DoctorStatus.Warn, $"The machine is busy: load {load} on {Text(facts.Cores)} processors.",
                "Stop other work before measuring; launches under load are flagged.");
    }

    private DoctorCheck Timer()
    {
        var cost = TimerCost.MeasureNs(clock);
        var finding = $"Reading the clock costs {cost.ToString("0", CultureInfo.InvariantCulture)} ns.";
        return cost <= SlowTimerNs
            ? Ok("timer", finding)
            : new DoctorCheck("timer", DoctorStatus.Warn, finding,
                "The kernel does not use the processor's time-stamp counter: expect the flag coarseTimer.");
    }

    private DoctorCheck Gpu() => NvidiaGpus.Models(files) is { Count: > 0 } models
        ? Ok("gpu", $"{string.Join(", ", models)}, driver {NvidiaGpus.DriverVersion(files) ?? "unknown"}.")
        : new DoctorCheck("gpu", DoctorStatus.Missing, "No NVIDIA GPU is listed by the kernel driver.",
            "A GPU needs the NVIDIA driver, CUDA, and an ONNX Runtime library with the cuda provider.");

    private static DoctorCheck Adb()
    {
        var name = OperatingSystem.IsWindows() ? "adb.exe" : "adb";
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return path is not null
            ? Ok("adb", $"adb is {path}.")
            : new DoctorCheck("adb", DoctorStatus.Missing, "adb is not on the path.",
                "Phones are reached through it: install Android's platform tools (Debian: adb).");
    }

    private string Fact(string name, string otherwise) => facts.Facts.GetValueOrDefault(name, otherwise);

    private static DoctorCheck Ok(string name, string finding) => new(name, DoctorStatus.Ok, finding);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
