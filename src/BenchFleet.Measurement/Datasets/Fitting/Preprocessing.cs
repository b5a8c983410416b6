using System.Collections.Immutable;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>Order of an image's axes in the model's input.</summary>
internal enum Layout
{
    /// <summary>Channels before height and width.</summary>
    Nchw,

    /// <summary>Channels last.</summary>
    Nhwc,
}

internal enum ColorOrder
{
    Rgb,
    Bgr,

    /// <summary>One channel: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), the Y of YCbCr.</summary>
    Luma,
}

/// <summary>
/// What happens to a value on its way into a model: (value x scale + offset - mean[channel]) / std[channel]; images are first resized,
/// cropped and brought into colour order.
/// </summary>
/// <param name="Layout">Only asked where the model's input shape leaves it open.</param>
/// <param name="Mean">One value, or one for each channel; empty for none.</param>
/// <param name="Resize">One length: the shorter side, aspect kept. Two: height and width. Empty for none.</param>
/// <param name="Crop">From the middle; one length for a square.</param>
/// <param name="Flatten">An image becomes a vector.</param>
internal sealed record Preprocessing(
    double Scale, double Offset, ImmutableArray<double> Mean, ImmutableArray<double> Std,
    Layout Layout, ColorOrder Color, ImmutableArray<int> Resize, ImmutableArray<int> Crop, bool Flatten)
{
    public static Preprocessing None { get; } = new(1, 0, [], [], Layout.Nchw, ColorOrder.Rgb, [], [], false);

    public bool KeepsValues => Scale == 1 && Offset == 0 && Mean.IsEmpty && Std.IsEmpty;

    /// <summary>The map of a channel's values as one multiplication and one addition.</summary>
    public (float Factor, float Shift) OfChannel(int channel, int channels)
    {
        var (mean, std) = (Pick(Mean, channel, channels, 0, "mean"), Pick(Std, channel, channels, 1, "std"));
        return ((float)(Scale / std), (float)((Offset - mean) / std));
    }

    private static double Pick(ImmutableArray<double> values, int channel, int channels, double absent, string name) =>
        values.Length == 0 ? absent
        : values.Length == 1 ? values[0]
        : values.Length == channels ? values[channel]
        : throw new InvalidDataException($"preprocessing has {values.Length} values of {name}, where the sample has {channels} channels.");
}
