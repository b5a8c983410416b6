using System.Collections.Immutable;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace BenchFleet.Measurement.Devices;

/// <summary>Instruction-set features that decide which kernels a runtime chooses, by our names.</summary>
public static class IsaFeatures
{
    private static readonly ImmutableSortedDictionary<string, string> ByKernelName = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, string>
        {
            ["sse4_2"] = "sse4.2",
            ["avx"] = "avx",
            ["avx2"] = "avx2",
            ["fma"] = "fma",
            ["f16c"] = "f16c",
            ["avx512f"] = "avx512f",
            ["avx512bw"] = "avx512bw",
            ["avx512vl"] = "avx512vl",
            ["avx512_vnni"] = "avx512-vnni",
            ["avx512_bf16"] = "avx512-bf16",
            ["avx512_fp16"] = "avx512-fp16",
            ["avx_vnni"] = "avx-vnni",
            ["avx_vnni_int8"] = "avx-vnni-int8",
            ["avx10"] = "avx10",
            ["amx_tile"] = "amx-tile",
            ["amx_int8"] = "amx-int8",
            ["amx_bf16"] = "amx-bf16",
            ["asimd"] = "neon",
            ["asimdhp"] = "fp16",
            ["asimddp"] = "dotprod",
            ["i8mm"] = "i8mm",
            ["bf16"] = "bf16",
            ["sve"] = "sve",
            ["sve2"] = "sve2",
            ["sme"] = "sme",
        });

    /// <param name="flags">Names of /proc/cpuinfo.</param>
    public static ImmutableArray<string> FromKernel(IEnumerable<string> flags) =>
        [.. flags.Select(flag => ByKernelName.GetValueOrDefault(flag)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Where there is no /proc/cpuinfo: what the .NET runtime can tell.</summary>
    public static ImmutableArray<string> FromRuntime()
    {
        (bool Has, string Name)[] features =
        [
            (Sse42.IsSupported, "sse4.2"), (Avx.IsSupported, "avx"), (Avx2.IsSupported, "avx2"), (Fma.IsSupported, "fma"),
            (Avx512F.IsSupported, "avx512f"), (Avx512BW.IsSupported, "avx512bw"), (AvxVnni.IsSupported, "avx-vnni"),
            (Avx10v1.IsSupported, "avx10"),
            (AdvSimd.IsSupported, "neon"), (Dp.IsSupported, "dotprod"),
        ];
        return [.. features.Where(feature => feature.Has).Select(feature => feature.Name).Order(StringComparer.Ordinal)];
    }
}
