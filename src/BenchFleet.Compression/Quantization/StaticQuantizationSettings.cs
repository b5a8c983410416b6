using System.Collections.Immutable;
using BenchFleet.Compression.Quantization.Ranges;

namespace BenchFleet.Compression.Quantization;

/// <summary>Settings of quantize.static.</summary>
/// <param name="Activations">Codes of activations; default u8. s8 and s16 need s8 weights.</param>
/// <param name="Weights">Codes of weights; default s8.</param>
/// <param name="PerChannel">One weight scale per output channel; default true.</param>
/// <param name="SevenBits">Weights in seven bits; default false.</param>
/// <param name="SymmetricActivations">Activation ranges symmetric around zero; default false.</param>
/// <param name="Ranges">How ranges of activations are taken from calibration; default minmax.</param>
/// <param name="Exclude">Nodes kept in float.</param>
public sealed record StaticQuantizationSettings(
    IntegerFormat Activations,
    IntegerFormat Weights,
    bool PerChannel,
    bool SevenBits,
    bool SymmetricActivations,
    RangeSettings Ranges,
    ImmutableArray<string> Exclude)
{
    public static StaticQuantizationSettings Default { get; } = new(IntegerFormat.UInt8, IntegerFormat.Int8, true, false, false, RangeSettings.Default, []);

    /// <summary>
    /// Per-channel weights are always symmetric: the integer kernels want one zero point for all channels. Signed ones are symmetric
    /// anyway.
    /// </summary>
    public WeightFormat WeightFormat(bool perChannel) => Quantization.WeightFormat.Of(Weights, SevenBits, perChannel);
}
