using System.Collections.Immutable;
using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>How the codes of a block are chosen.</summary>
public enum BlockMethod
{
    /// <summary>Each weight to the nearest.</summary>
    RoundToNearest,

    /// <summary>Scales that forgive outliers; no data.</summary>
    HalfQuadratic,

    /// <summary>GPTQ: later weights take up the errors of earlier ones.</summary>
    ErrorCompensation,

    /// <summary>AWQ: features that are large in the activations get finer weights.</summary>
    ActivationAware,
}

/// <summary>Settings of quantize.weights.</summary>
/// <param name="Bits">2, 4 or 8; default 4.</param>
/// <param name="Block">Weights that share a scale: a power of two from 16 to 256; default 32.</param>
/// <param name="Symmetric">No zero points; default true.</param>
/// <param name="Exclude">Nodes kept in float.</param>
/// <param name="Method">How codes are chosen; default round to nearest.</param>
/// <param name="ActOrder">GPTQ takes features with much energy first; default false.</param>
public sealed record BlockWeightSettings(
    int Bits, int Block, bool Symmetric, ImmutableArray<string> Exclude, BlockMethod Method = BlockMethod.RoundToNearest, bool ActOrder = false)
{
    public static BlockWeightSettings Default { get; } = new(4, 32, true, []);

    public BlockFormat Format => new(Bits, Block, Symmetric);

    /// <summary>The words of the catalogue.</summary>
    public static BlockMethod Named(string word) => word switch
    {
        "rtn" => BlockMethod.RoundToNearest,
        "hqq" => BlockMethod.HalfQuadratic,
        "gptq" => BlockMethod.ErrorCompensation,
        "awq" => BlockMethod.ActivationAware,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "rtn, hqq, gptq or awq is expected."),
    };
}
