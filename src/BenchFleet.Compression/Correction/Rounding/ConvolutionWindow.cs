namespace BenchFleet.Compression.Correction.Rounding;

/// <summary>The inputs that one output position of a Conv sees, in the order of its weights, for any number of axes.</summary>
internal sealed class ConvolutionWindow
{
    private readonly int[] _input;
    private readonly int[] _output;
    private readonly int[] _kernel;
    private readonly int[] _strides;
    private readonly int[] _dilations;
    private readonly int[] _before;
    private readonly int _channels;
    private readonly int _channelsPerGroup;
    private readonly int _taps;

    public ConvolutionWindow(RoundedLayer layer, ReadOnlySpan<long> shape)
    {
        var attributes = layer.Node.Attributes;
        _input = [.. shape[2..].ToArray().Select(dim => (int)dim)];
        _kernel = [.. layer.Kernel.ToArray().Select(dim => (int)dim)];
        var axes = _kernel.Length;
        _strides = Numbers(attributes.Ints("strides"), axes, 1);
        _dilations = Numbers(attributes.Ints("dilations"), axes, 1);
        var pads = Numbers(attributes.Ints("pads"), 2 * axes, 0);
        _before = pads[..axes];
        _output = [.. Enumerable.Range(0, axes).Select(a =>
            Math.Max(0, (_input[a] + pads[a] + pads[axes + a] - _dilations[a] * (_kernel[a] - 1) - 1) / _strides[a] + 1))];
        (_channels, _channelsPerGroup, _taps) = ((int)shape[1], (int)shape[1] / layer.Groups, Product(_kernel));
        Count = (int)shape[0] * Product(_output);
    }

    /// <summary>Output positions of all the batch.</summary>
    public int Count { get; }

    public void Copy(ReadOnlySpan<float> values, int place, int group, Span<float> row)
    {
        var (area, positions) = (Product(_input), Product(_output));
        var (batch, position) = (place / positions, place % positions);
        for (var tap = 0; tap < _taps; tap++)
        {
            var at = Place(position, tap);
            for (var c = 0; c < _channelsPerGroup; c++)
                row[c * _taps + tap] = at < 0 ? 0 : values[(batch * _channels + group * _channelsPerGroup + c) * area + at];
        }
    }

    /// <summary>Where a tap reads in the input's area; -1 in the padding.</summary>
    private int Place(int position, int tap)
    {
        var (at, step) = (0, 1);
        for (var a = _input.Length - 1; a >= 0; a--)
        {
            var on = position % _output[a] * _strides[a] - _before[a] + tap % _kernel[a] * _dilations[a];
            if (on < 0 || on >= _input[a]) return -1;
            at += on * step;
            (position, tap, step) = (position / _output[a], tap / _kernel[a], step * _input[a]);
        }

        return at;
    }

    private static int[] Numbers(IReadOnlyList<long> given, int count, int fallback) =>
        given.Count == count ? [.. given.Select(number => (int)number)] : [.. Enumerable.Repeat(fallback, count)];

    private static int Product(int[] lengths) => lengths.Aggregate(1, (product, length) => product * length);
}
