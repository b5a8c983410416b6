using System.Collections.Immutable;
using BenchFleet.Measurement.Datasets.Sources;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>Turns the raw value of a sample into the tensor that one input of the model takes.</summary>
internal sealed class InputFit(ValueInfo input, Preprocessing how)
{
    public OnnxTensor Fit(OnnxTensor raw, RawKind kind, string where) => kind switch
    {
        RawKind.Image => FitImage(raw, where),
        RawKind.Exact => FitExactly(raw, where),
        _ => FitNumbers(raw, where),
    };

    private OnnxTensor FitExactly(OnnxTensor raw, string where) =>
        raw.ElementType == input.ElementType
            && (input.Shape is not { } shape
            || (shape.Rank == raw.Rank
            && shape.Dims.Zip(raw.Dims).All(pair => pair.First.Value is not { } length || length == pair.Second)))
            ? raw.Renamed(input.Name)
            : throw Misfit($"{where} gives {raw.ElementType.ToString().ToLowerInvariant()}[{string.Join(",", raw.Dims)}]");

    private OnnxTensor FitNumbers(OnnxTensor raw, string where)
    {
        var (dims, copies) = InputShape.Match(input.Shape, raw.Dims)
            ?? throw Misfit($"{where} has values of shape [{string.Join(",", raw.Dims)}]");
        if (how.KeepsValues) return Repeat(
            Elements.Convert(raw, input.Name, input.ElementType, copies == 1 ? dims : dims.SetItem(0, 1)), dims, copies);
        var values = raw.ToFloats();
        var (factor, shift) = how.OfChannel(0, 1);
        for (var i = 0; i < values.Length; i++) values[i] = (values[i] * factor) + shift;
        return Repeat(Elements.Of(input.Name, input.ElementType, copies == 1 ? dims : dims.SetItem(0, 1), values), dims, copies);
    }

    private OnnxTensor FitImage(OnnxTensor raw, string where)
    {
        var (height, width, channels) = ((int)raw.Dims[0], (int)raw.Dims[1], raw.Rank == 3 ? (int)raw.Dims[2] : 1);
        var image = new Pixels(height, width, channels, raw.ToFloats()).Prepare(how);
        var (dims, copies, layout) = Place(image) ?? throw Misfit(
            $"{where} is an image of {image.Height} x {image.Width} with {image.Channels} channel{(image.Channels == 1 ? "" : "s")}",
                "'resize', 'crop' and 'color' under preprocessing change that");
        Scale(image);
        return Repeat(Elements.Of(
            input.Name, input.ElementType, copies == 1 ? dims : dims.SetItem(0, 1), layout == Layout.Nchw ? image.Planes() : image.Values),
            dims, copies);
    }

    /// <summary>The layout that the model's shape asks for; where both or neither do, the declared one.</summary>
    private (ImmutableArray<long> Dims, long Copies, Layout Layout)? Place(Pixels image)
    {
        var (h, w, c) = ((long)image.Height, (long)image.Width, (long)image.Channels);
        var other = how.Layout == Layout.Nchw ? Layout.Nhwc : Layout.Nchw;
        if (how.Flatten) return InputShape.Match(input.Shape, [h * w * c]) is var (flat, flatCopies) ? (flat, flatCopies, how.Layout)
            : null;
        foreach (var layout in (ReadOnlySpan<Layout>)[how.Layout, other])
            if (InputShape.MatchExactly(input.Shape, layout == Layout.Nchw ? [c, h, w] : [h, w, c]) is var (dims, copies))
                return (dims, copies, layout);

        // Neither three axes in a known order: a vector, or a fold of the same number of values.
        var folds = c == 1 || input.Shape is not { Rank: 4 };
        return folds && InputShape.Match(input.Shape, c == 1 ? [h, w] : [h * w * c]) is var (folded, foldedCopies)
            ? (folded, foldedCopies, how.Layout) : null;
    }

    private void Scale(Pixels image)
    {
        if (how.KeepsValues) return;
        var maps = Enumerable.Range(0, image.Channels).Select(channel => how.OfChannel(channel, image.Channels)).ToArray();
        for (var i = 0; i < image.Values.Length; i++)
        {
            var (factor, shift) = maps[i % image.Channels];
            image.Values[i] = (image.Values[i] * factor) + shift;
        }
    }

    private static OnnxTensor Repeat(OnnxTensor one, ImmutableArray<long> dims, long copies)
    {
        if (copies == 1) return one;
        var bytes = new byte[checked((int)(one.RawBytes.Length * copies))];
        for (var i = 0; i < copies; i++) one.RawBytes.CopyTo(bytes.AsSpan(i * one.RawBytes.Length));
        return OnnxTensor.FromBytes(one.Name, one.ElementType, dims, bytes);
    }

    private InvalidDataException Misfit(string have, string? advice = null) =>
        new($"{have}, and the model takes {ModelSignature.Describe(input)}{(advice is null ? "" : $"; {advice}")}.");
}
