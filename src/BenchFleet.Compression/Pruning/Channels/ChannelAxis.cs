namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>
/// The axis of a value that channels lie along, and which channel each place holds. Behind a Flatten a channel holds many places; behind a
/// Concat the channels of several layers lie in a row.
/// </summary>
internal sealed record ChannelAxis(int Axis, int[] Channels)
{
    public int Length => Channels.Length;

    public ChannelAxis At(int axis) => this with { Axis = axis };
}

/// <summary>The axis of a constant that is cut to the places whose channels stay.</summary>
internal readonly record struct ConstantCut(Onnx.OnnxNode Node, int Slot, int Axis, int[] Channels);

/// <summary>A layer whose weight holds a filter for each channel it makes.</summary>
/// <param name="FilterAxis">The axis of the weight that numbers the filters.</param>
/// <param name="Groups">Of a grouped convolution: filters of a group read only their part of the input.</param>
/// <param name="Channels">The channel of each filter.</param>
internal sealed record ChannelLayer(Onnx.OnnxNode Node, Onnx.OnnxTensor Weight, int FilterAxis, int Groups, int[] Channels);
