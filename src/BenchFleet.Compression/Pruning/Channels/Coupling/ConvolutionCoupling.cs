using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>
/// Conv and ConvTranspose. Ungrouped ones read channels and give birth to others. In grouped ones a group goes as a whole, with all that it
/// reads and makes; a depthwise convolution is the case of groups of one.
/// </summary>
internal static class ConvolutionCoupling
{
    public static void Convolution(ChannelSite site) => Follow(site, inputAxis: 1);

    public static void Transposed(ChannelSite site) => Follow(site, inputAxis: 0);

    private static void Follow(ChannelSite site, int inputAxis)
    {
        var groups = (int)site.Node.Attributes.Int("group", 1);
        if (site.Constant(1) is not { Rank: >= 3 } weight || site.In(1) is not null || site.In(2) is not null)
            site.FreezeInputs("has no constant weight");
        else if (site.In(0) is { Axis: not 1 })
            site.FreezeInputs("mixes along the axis of the channels");
        else if (groups > 1)
            Grouped(site, weight, groups, inputAxis);
        else
            Dense(site, weight, inputAxis);
    }

    private static void Dense(ChannelSite site, OnnxTensor weight, int inputAxis)
    {
        if (site.In(0) is { } read) site.Cut(1, inputAxis, read.Channels);
        var born = site.Born(weight, 1 - inputAxis);
        site.Cut(1, 1 - inputAxis, born);
        Bias(site, born);
    }

    private static void Grouped(ChannelSite site, OnnxTensor weight, int groups, int inputAxis)
    {
        if (site.In(0) is not { } read) return;
        var reads = read.Length / groups;
        var makes = (int)(inputAxis == 1 ? weight.Dims[0] / groups : weight.Dims[1]);
        for (var place = 0; place < read.Length; place++)
            site.Sets.Unite(read.Channels[place / reads * reads], read.Channels[place]);

        int[] made = [.. Enumerable.Range(0, groups * makes).Select(place => read.Channels[place / makes * reads])];
        site.Cut(1, 0, inputAxis == 1 ? made : read.Channels);
        if (inputAxis == 1) site.Layer(weight, 0, groups, made);
        Bias(site, made);
        site.Edit(removal => site.Node.Attributes.Set("group", removal.Kept(read.Channels) / reads));
    }

    private static void Bias(ChannelSite site, int[] made)
    {
        var channels = new ChannelAxis(1, made);
        if (site.Constant(2) is not null) site.Cut(2, 0, made);
        else if (site.Node.HasInput(2)) site.Freeze(channels, "has a bias that is not constant");
        site.Out(0, channels);
    }
}
