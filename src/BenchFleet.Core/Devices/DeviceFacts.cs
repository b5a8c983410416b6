using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Core.Devices;

public enum DeviceKind
{
    Cpu,
    Gpu,
    Phone,
}

/// <summary>
/// What an agent found out about one measured unit. The facts that can change a measurement are hashed into the fingerprint; a changed
/// fingerprint opens a new epoch of the device.
/// </summary>
/// <param name="Architecture">x64, arm64, ...</param>
/// <param name="Isa">Instruction-set features that decide kernels, sorted: avx2, avx512f, avx512-vnni, dotprod, ...</param>
/// <param name="Cores">Cores available to the runner.</param>
/// <param name="MemoryBytes">Memory available to the runner.</param>
/// <param name="Providers">Execution providers the runtime offers here, best first as the runtime lists them.</param>
/// <param name="Facts">Everything else worth keeping, by dotted name: cpu.microcode, os.kernel, dotnet.version, governor, virtualisation, ...</param>
public sealed record DeviceFacts(
    DeviceKind Kind,
    string Model,
    string Architecture,
    ImmutableArray<string> Isa,
    int Cores,
    long MemoryBytes,
    string RuntimeVersion,
    ImmutableArray<string> Providers,
    ImmutableSortedDictionary<string, string> Facts)
{
    [JsonIgnore]
    public ContentHash Fingerprint => CanonicalJson.Hash(this);

    /// <summary>The hardware class, for example <c>cpu/x64/zen5/avx512-vnni/2c</c>: what a leaderboard of unlike devices groups by.</summary>
    [JsonIgnore]
    public string Class => DeviceClass.Of(this);

    /// <summary>What decides which integer kernels run: accuracy is measured once for each.</summary>
    [JsonIgnore]
    public string IsaClass => $"{Architecture}/{DeviceClass.BestIsa(Isa)}";
}
