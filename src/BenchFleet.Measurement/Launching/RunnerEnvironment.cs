using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BenchFleet.Measurement.Launching;

/// <summary>
/// The environment variables a runner gets. What changes timings is removed or pinned, so that two launches differ only in what they
/// are asked to measure (method.md, 2.3).
/// </summary>
public static class RunnerEnvironment
{
    /// <summary>
    /// No profile-guided recompilation: our own loop is compiled optimised at once, the rest settles in the warm-up. (Without tiers at all
    /// a launch starts a third of a second later.) Collections stay on the thread that causes them.
    /// </summary>
    public static ImmutableSortedDictionary<string, string> Pinned { get; } = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, string>
        {
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_EnableDiagnostics"] = "0",
        });

    // Threading and tuning knobs of the runtimes beneath us, and of a test host or profiler around us.
    private static readonly ImmutableArray<string> RemovedPrefixes =
        ["DOTNET_", "COMPlus_", "CORECLR_", "COR_", "ORT_", "OMP_", "MKL_", "KMP_", "GOMP_", "MALLOC_", "MSBUILD", "VSTEST", "ASPNETCORE_"];

    private static readonly ImmutableArray<string> Kept = ["ORT_DISABLE_TELEMETRY", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64",
        "DOTNET_HOST_PATH"];

    // .../shared/Microsoft.NETCore.App/10.0.0/
    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public static void Apply(ProcessStartInfo start, IReadOnlyDictionary<string, string> extra)
    {
        foreach (var name in start.Environment.Keys.Where(IsRemoved).ToList()) start.Environment.Remove(name);
        // An executable looks for .NET where it is installed by default; ours may be elsewhere.
        if (!start.Environment.ContainsKey("DOTNET_ROOT")) start.Environment["DOTNET_ROOT"] = DotnetRoot;
        foreach (var (name, value) in Pinned) start.Environment[name] = value;
        foreach (var (name, value) in extra) start.Environment[name] = value;
    }

    /// <summary>What of <paramref name="environment"/> can change a timing: stored with the launch.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Relevant(IEnumerable<KeyValuePair<string, string>> environment) =>
        environment.Where(entry => RemovedPrefixes.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            && !Kept.Contains(entry.Key));

    private static bool IsRemoved(string name) =>
        RemovedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) && !Kept.Contains(name);
}
