using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>Our lower-case names of execution providers and the runtime's.</summary>
public static class ProviderNames
{
    private const string Suffix = "ExecutionProvider";

    /// <summary>CPUExecutionProvider is cpu, CUDAExecutionProvider cuda, ...</summary>
    public static string FromRuntime(string name) =>
        (name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name).ToLowerInvariant();

    /// <summary>
    /// What the loaded library offers, in its order of preference. Offered means compiled in: whether a provider's own libraries and device
    /// are there shows when a session is made.
    /// </summary>
    /// <returns>Empty when no library is loaded.</returns>
    public static ImmutableArray<string> Available() =>
        // Azure sends whole models to a service; it runs nothing here.
        OnnxRuntimeLibrary.TryLoad() is null
            ? [.. OrtEnv.Instance().GetAvailableProviders().Select(FromRuntime).Where(name => name != "azure")] : [];
}
