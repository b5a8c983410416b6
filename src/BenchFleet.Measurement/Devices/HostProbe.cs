using System.Collections.Immutable;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using BenchFleet.Core.Devices;
using BenchFleet.Measurement.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Devices;

/// <summary>
/// Reads what this machine is. Only what stays the same from one minute to the next: the facts are hashed, and a changed hash means that
/// new measurements do not continue the old ones.
/// </summary>
public static class HostProbe
{
    // The kernel's own share of memory differs a little from boot to boot.
    private const long MemoryStep = 64L << 20;

    /// <summary>This machine, with the runtime library that is loaded here.</summary>
    public static DeviceFacts Read(string root = "/")
    {
        var version = OnnxRuntimeLibrary.TryLoad() is null ? OrtEnv.Instance().GetVersionString() : "none";
        return Read(new HostFiles(root), version, ProviderNames.Available());
    }

    public static DeviceFacts Read(HostFiles files, string runtimeVersion, ImmutableArray<string> providers)
    {
        var cpu = CpuInfo.Parse(files.Text("proc/cpuinfo") ?? "");
        var limits = CgroupLimits.Read(files);
        return new DeviceFacts(
            DeviceKind.Cpu,
            cpu.Model ?? files.Text("proc/device-tree/model") ?? cpu.Family,
            Architecture(cpu),
            cpu.Flags.IsEmpty ? IsaFeatures.FromRuntime() : IsaFeatures.FromKernel(cpu.Flags),
            Cores(files, cpu, limits),
            Memory(files, limits),
            runtimeVersion,
            providers,
            Facts(files, cpu, limits).ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    private static int Cores(HostFiles files, CpuInfo cpu, CgroupLimits limits)
    {
        var processors = cpu.Processors > 0 ? cpu.Processors : Environment.ProcessorCount;
        // Affinity is known for the machine we run on only, not for a recorded one.
        if (files.Root == "/") processors = Math.Min(processors, Environment.ProcessorCount);
        processors = Math.Min(processors, limits.CpuSet ?? processors);
        return Math.Max(1, Math.Min(processors, (int)Math.Ceiling(limits.Cpus ?? processors)));
    }

    private static long Memory(HostFiles files, CgroupLimits limits)
    {
        var line = files.Lines("proc/meminfo").FirstOrDefault(text => text.StartsWith("MemTotal:", StringComparison.Ordinal));
        var total = line is null
            ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
            : long.Parse(line["MemTotal:".Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
        var available = Math.Min(total, limits.MemoryBytes ?? total);
        return Math.Max(available / MemoryStep * MemoryStep, Math.Min(available, MemoryStep));
    }

    private static string Architecture(CpuInfo cpu) =>
        cpu.Flags.Contains("asimd") ? "arm64" : cpu.Flags.Contains("sse2") ? "x64"
            : RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private static Dictionary<string, string> Facts(HostFiles files, CpuInfo cpu, CgroupLimits limits)
    {
        const string FirstCpu = "sys/devices/system/cpu/cpu0";
        var facts = new Dictionary<string, string>();
        void Add(string name, string? value) => _ = !string.IsNullOrEmpty(value) && facts.TryAdd(name, value);
        Add("cpu.family", cpu.Family);
        Add("cpu.vendor", cpu.Vendor);
        Add("cpu.microcode", cpu.Microcode);
        Add("cpu.processors", Text(cpu.Processors));
        Add("cpu.physicalCores", cpu.PhysicalCores > 0 ? Text(cpu.PhysicalCores) : null);
        Add("cpu.smt", files.Text("sys/devices/system/cpu/smt/active"));
        Add("cpu.maxKhz", files.Text($"{FirstCpu}/cpufreq/cpuinfo_max_freq"));
        Add("cpu.boost", files.Text("sys/devices/system/cpu/cpufreq/boost")
            ?? Negated(files.Text("sys/devices/system/cpu/intel_pstate/no_turbo")));
        foreach (var cache in files.Folders($"{FirstCpu}/cache", "index*"))
            Add($"cpu.cache.l{files.Text($"{cache}/level")}{Suffix(files.Text($"{cache}/type"))}", files.Text($"{cache}/size"));
        Add("governor", files.Text($"{FirstCpu}/cpufreq/scaling_governor") ?? "unknown");
        Add("virtualisation", Virtualisation(files, cpu));
        Add("numa.nodes", Text(Math.Max(1, files.Folders("sys/devices/system/node", "node*").Count())));
        Add("cgroup.cpus", limits.Cpus?.ToString("0.##", CultureInfo.InvariantCulture));
        Add("cgroup.memoryBytes", limits.MemoryBytes is { } bytes ? Text(bytes) : null);
        Add("os.kernel", files.Text("proc/sys/kernel/osrelease"));
        Add("os.name", OsName(files));
        Add("dotnet.version", Environment.Version.ToString());
        Add("dotnet.gc", GCSettings.IsServerGC ? "server" : "workstation");
        Add("runtime.library", OnnxRuntimeLibrary.ChosenPath);
        Add("gpu.driver", NvidiaGpus.DriverVersion(files));
        foreach (var (model, i) in NvidiaGpus.Models(files).Select((model, i) => (model, i))) Add($"gpu.{Text(i)}", model);
        return facts;
    }

    private static string Virtualisation(HostFiles files, CpuInfo cpu)
    {
        var vendor = files.Text("sys/class/dmi/id/sys_vendor");
        var machine = !cpu.IsVirtual ? "none seen" : string.IsNullOrEmpty(vendor) ? "guest" : $"guest ({vendor})";
        return files.Exists(".dockerenv") || files.Exists("run/.containerenv") ? $"{machine}, container" : machine;
    }

    private static string OsName(HostFiles files) =>
        files.Lines("etc/os-release")
            .FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?["PRETTY_NAME=".Length..].Trim('"')
        ?? RuntimeInformation.OSDescription;

    private static string Suffix(string? type) => type switch
    {
        "Data" => "d",
        "Instruction" => "i",
        _ => "",
    };

    private static string? Negated(string? flag) => flag switch
    {
        "0" => "1",
        "1" => "0",
        _ => null,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
