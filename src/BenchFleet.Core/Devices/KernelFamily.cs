namespace BenchFleet.Core.Devices;

/// <summary>Which compressed kernels a device has: what decides where a technique can pay, coarser than a device class.</summary>
public enum KernelFamily
{
    /// <summary>Nothing is known to help: only what helps everywhere is tried.</summary>
    Other,

    /// <summary>x64 with byte dot products (AVX-512 VNNI, AVX-VNNI, AMX): u8 x s8 is the fast form.</summary>
    X64Vnni,

    /// <summary>x64 without them: u8 x s8 saturates at 16 bits, so weights have 7 bits or are unsigned.</summary>
    X64Avx2,

    /// <summary>Arm64 with dot product or i8mm: s8 x s8 is the fast form.</summary>
    Arm64Dot,

    /// <summary>GPUs: half precision first, integers signed and symmetric.</summary>
    Gpu,

    /// <summary>Phones: Arm kernels and NPUs that want static shapes and quantized activations.</summary>
    Phone,
}

public static class KernelFamilies
{
    private static readonly string[] ByteDotProducts = ["avx512-vnni", "avx-vnni", "amx-int8", "avx10"];

    private static readonly string[] ArmDotProducts = ["dotprod", "i8mm", "sve2"];

    public static KernelFamily Of(DeviceFacts facts) => facts.Kind switch
    {
        DeviceKind.Gpu => KernelFamily.Gpu,
        DeviceKind.Phone => KernelFamily.Phone,
        _ when facts.Architecture == "x64" => facts.Isa.Any(ByteDotProducts.Contains) ? KernelFamily.X64Vnni : KernelFamily.X64Avx2,
        _ when facts.Architecture == "arm64" && facts.Isa.Any(ArmDotProducts.Contains) => KernelFamily.Arm64Dot,
        _ => KernelFamily.Other,
    };

    /// <summary>What people call it.</summary>
    public static string Title(this KernelFamily family) => family switch
    {
        KernelFamily.X64Vnni => "x64 with VNNI",
        KernelFamily.X64Avx2 => "x64 without VNNI",
        KernelFamily.Arm64Dot => "Arm64 with dot product",
        KernelFamily.Gpu => "GPUs",
        KernelFamily.Phone => "phones",
        _ => "other devices",
    };
}
