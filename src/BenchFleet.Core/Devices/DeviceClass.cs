using System.Collections.Immutable;

namespace BenchFleet.Core.Devices;

/// <summary>Names the hardware class of a device: kind / architecture / family / best instruction set / cores.</summary>
public static class DeviceClass
{
    // Best first: the first one a device has names its class, since it decides which integer kernels run.
    private static readonly ImmutableArray<string> ByStrength =
        ["amx-int8", "avx10", "avx512-vnni", "avx-vnni", "avx512f", "avx2", "avx", "sve2", "i8mm", "dotprod", "neon"];

    public static string Of(DeviceFacts facts) =>
        $"{facts.Kind.ToString().ToLowerInvariant()}/{facts.Architecture}/{Slug(facts.Facts.GetValueOrDefault("cpu.family", facts.Model))}/{BestIsa(facts.Isa)}/{facts.Cores}c";

    public static string BestIsa(ImmutableArray<string> isa) => ByStrength.FirstOrDefault(isa.Contains) ?? "scalar";

    /// <summary>Whether a device of class <paramref name="deviceClass"/> or with id or name <paramref name="name"/> is meant by a target.</summary>
    /// <param name="target">any, a device's name, or a class with '*' for any part, e.g. <c>cpu/x64/*</c>.</param>
    public static bool Matches(string target, string deviceClass, string name)
    {
        if (target is "any" or "*" or "local" || target == name || target == deviceClass) return true;
        var wanted = target.Split('/');
        var parts = deviceClass.Split('/');
        return target.Contains('/') && wanted.Length <= parts.Length
            && wanted.Zip(parts).All(pair => pair.First == "*" || pair.First == pair.Second);
    }

    private static string Slug(string text)
    {
        var letters = text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').ToArray();
        return string.Join('-', new string(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }
}
