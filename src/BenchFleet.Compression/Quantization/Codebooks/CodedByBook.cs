using System.Numerics.Tensors;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Quantization.Codebooks;

/// <summary>Indices into one codebook or one a channel, in the order of the weights, and the scales of fixed codebooks.</summary>
/// <param name="Books">Values, book after book.</param>
/// <param name="Scales">By channel, blocks of a channel side by side; null for learned codebooks.</param>
internal sealed record CodedByBook(byte[] Indices, float[] Books, int BookCount, float[]? Scales, int Blocks)
{
    public static CodedByBook Of(ChannelMatrix weight, CodebookSettings settings) => (settings.Kind, settings.PerChannel) switch
    {
        (CodebookKind.KMeans, false) => Learned(weight, settings.Entries),
        (CodebookKind.KMeans, true) => LearnedByChannel(weight, settings.Entries),
        (CodebookKind.NormalFloat4, _) => Scaled(weight, Codebook.NormalFloat4, settings),
        _ => Scaled(weight, Codebook.PowersOfTwo, settings),
    };

    private static CodedByBook Learned(ChannelMatrix weight, int entries)
    {
        var values = weight.Constant.AsFloats();
        var book = Lloyd.Of(values, entries);
        var indices = new byte[values.Length];
        book.Nearest(values, 1, indices);
        return new(indices, book.Values.ToArray(), 1, null, 1);
    }

    private static CodedByBook LearnedByChannel(ChannelMatrix weight, int entries)
    {
        var indices = new byte[weight.Constant.ElementCount];
        var books = new float[weight.Channels * entries];
        Lanes.For(0, weight.Channels, channel =>
        {
            var (values, nearest) = (new float[weight.Inputs], new byte[weight.Inputs]);
            weight.CopyChannel(channel, 0, values);
            var book = Lloyd.Of(values, entries);
            book.Nearest(values, 1, nearest);
            weight.Place(nearest, channel, 0, indices);
            book.Values.CopyTo(books.AsSpan(channel * entries));
        });
        return new(indices, books, weight.Channels, null, 1);
    }

    private static CodedByBook Scaled(ChannelMatrix weight, Codebook book, CodebookSettings settings)
    {
        var indices = new byte[weight.Constant.ElementCount];
        if (!settings.PerChannel)
        {
            var values = weight.Constant.AsFloats();
            var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(values));
            book.Nearest(values, Reciprocal(largest), indices);
            return new(indices, book.Values.ToArray(), 1, [largest], 1);
        }

        var length = settings.Block == 0 ? weight.Inputs : Math.Min(settings.Block, weight.Inputs);
        var blocks = (weight.Inputs + length - 1) / length;
        var scales = new float[weight.Channels * blocks];
        Lanes.For(0, weight.Channels, channel =>
        {
            for (var b = 0; b < blocks; b++)
            {
                var values = new float[Math.Min(length, weight.Inputs - b * length)];
                var nearest = new byte[values.Length];
                weight.CopyChannel(channel, b * length, values);
                var largest = scales[channel * blocks + b] = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(values));
                book.Nearest(values, Reciprocal(largest), nearest);
                weight.Place(nearest, channel, b * length, indices);
            }
        });
        return new(indices, book.Values.ToArray(), 1, scales, blocks);
    }

    private static float Reciprocal(float largest) => largest == 0 ? 0 : 1 / largest;
}
