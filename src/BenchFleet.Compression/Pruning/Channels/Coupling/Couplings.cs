using System.Collections.Frozen;
using BenchFleet.Compression.Rules;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>What each rule of the operator table does.</summary>
internal static class Couplings
{
    private static readonly FrozenDictionary<ChannelRule, Action<ChannelSite>> All = new Dictionary<ChannelRule, Action<ChannelSite>>
    {
        [ChannelRule.Freeze] = site => site.FreezeInputs("has no rule for channels"),
        [ChannelRule.PassThrough] = ElementCoupling.PassThrough,
        [ChannelRule.EachChannel] = ElementCoupling.EachChannel,
        [ChannelRule.Unify] = ElementCoupling.Unify,
        [ChannelRule.Normalization] = ElementCoupling.Normalization,
        [ChannelRule.Across] = ElementCoupling.Across,
        [ChannelRule.Convolution] = ConvolutionCoupling.Convolution,
        [ChannelRule.TransposedConvolution] = ConvolutionCoupling.Transposed,
        [ChannelRule.Gemm] = DenseCoupling.Gemm,
        [ChannelRule.MatMul] = DenseCoupling.MatMul,
        [ChannelRule.Concat] = RangeCoupling.Concat,
        [ChannelRule.Split] = RangeCoupling.Split,
        [ChannelRule.Slice] = RangeCoupling.Slice,
        [ChannelRule.Gather] = RangeCoupling.Gather,
        [ChannelRule.Pad] = SizeCoupling.Pad,
        [ChannelRule.Resize] = SizeCoupling.Resize,
        [ChannelRule.DepthToSpace] = SizeCoupling.DepthToSpace,
        [ChannelRule.Shape] = SizeCoupling.Shape,
        [ChannelRule.Reshape] = ReshapeCoupling.Reshape,
        [ChannelRule.Flatten] = ReshapeCoupling.Flatten,
        [ChannelRule.Transpose] = AxisCoupling.Transpose,
        [ChannelRule.Squeeze] = AxisCoupling.Squeeze,
        [ChannelRule.Unsqueeze] = AxisCoupling.Unsqueeze,
        [ChannelRule.Reduce] = AxisCoupling.Reduce,
    }.ToFrozenDictionary();

    public static Action<ChannelSite> Of(ChannelRule rule) => All[rule];
}
