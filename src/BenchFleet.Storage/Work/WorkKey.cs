using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Work;

/// <summary>Natural keys: two sweeps that need the same thing name it alike, and it is made once.</summary>
public static class WorkKey
{
    public static string Prepare(ContentHash variant) => $"prepare:{variant.Hex}";

    /// <param name="dataset">Null for generated inputs.</param>
    /// <param name="samples">Evaluation samples, 0 for all: accuracy of unlike samples is not the same evaluation.</param>
    public static string Evaluate(ContentHash variant, string isaClass, string provider, string runtimeVersion, ContentHash? dataset, int samples) =>
        $"evaluate:{variant.Hex}:{isaClass}:{provider}:{runtimeVersion}:{(dataset is { } data ? data.Hex : "generated")}:{samples}";

    public static string Measure(Guid block) => $"measure:{block:N}";
}
