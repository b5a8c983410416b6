using System.Collections.Immutable;

namespace BenchFleet.Compression.Quantization.Codebooks;

/// <summary>Where the values of a codebook come from.</summary>
public enum CodebookKind
{
    /// <summary>From the weights themselves.</summary>
    KMeans,

    /// <summary>16 quantiles of the normal distribution, times a scale.</summary>
    NormalFloat4,

    /// <summary>0 and 14 powers of two, times a scale.</summary>
    PowersOfTwo,
}

/// <summary>Settings of quantize.codebook.</summary>
/// <param name="Entries">Values of a k-means codebook: 16, 64 or 256; default 16. The others have 16 and 15.</param>
/// <param name="PerChannel">A codebook, or scale, for each output channel instead of one for the tensor; default true.</param>
/// <param name="Block">
/// nf4 and log2, per channel: weights along the input axis that share a scale, 0 for the whole channel; default 64.
/// </param>
/// <param name="Exclude">Nodes kept in float.</param>
public sealed record CodebookSettings(CodebookKind Kind, int Entries, bool PerChannel, int Block, ImmutableArray<string> Exclude)
{
    public static CodebookSettings Default { get; } = new(CodebookKind.NormalFloat4, 16, true, 64, []);

    /// <summary>Bits of an index as it is stored.</summary>
    public int IndexBits => Kind == CodebookKind.KMeans && Entries > 16 ? 8 : 4;

    /// <summary>The words of the catalogue.</summary>
    public static CodebookKind Named(string word) => word switch
    {
        "kmeans" => CodebookKind.KMeans,
        "nf4" => CodebookKind.NormalFloat4,
        "log2" => CodebookKind.PowersOfTwo,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "kmeans, nf4 or log2 is expected."),
    };
}
