namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>
/// Bilinear resizing whose triangle widens when an image shrinks, so that no pixel is skipped; results rounded to whole values. That is
/// what Pillow does, and published accuracies rest on it.
/// </summary>
internal static class Resampler
{
    public static Pixels Resize(Pixels image, int height, int width)
    {
        if (image.Height == height && image.Width == width) return image;
        var rows = new float[image.Height * width * image.Channels];
        var across = Weights(image.Width, width);
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < image.Channels; c++)
                    rows[(((y * width) + x) * image.Channels) + c] = Sum(
                        image.Values, across[x], (y * image.Width * image.Channels) + c, image.Channels);

        var result = new float[height * width * image.Channels];
        var down = Weights(image.Height, height);
        var stride = width * image.Channels;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < stride; x++)
                result[(y * stride) + x] = Sum(rows, down[y], x, stride);
        return new Pixels(height, width, image.Channels, result);
    }

    private static float Sum(float[] values, (int First, double[] Factors) window, int offset, int stride)
    {
        var sum = 0.0;
        for (var i = 0; i < window.Factors.Length; i++) sum += window.Factors[i] * values[offset + ((window.First + i) * stride)];
        return (float)Math.Round(sum);
    }

    private static (int First, double[] Factors)[] Weights(int from, int to)
    {
        var scale = (double)from / to;
        var support = Math.Max(scale, 1);
        var result = new (int, double[])[to];
        for (var i = 0; i < to; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max(0, (int)(centre - support + 0.5));
            var last = Math.Min(from, (int)(centre + support + 0.5));
            var factors = new double[Math.Max(1, last - first)];
            for (var k = 0; k < factors.Length; k++) factors[k] = Math.Max(0, 1 - Math.Abs((first + k - centre + 0.5) / support));
            var sum = factors.Sum();
            for (var k = 0; k < factors.Length; k++) factors[k] = sum == 0 ? 1.0 / factors.Length : factors[k] / sum;
            result[i] = (Math.Min(first, from - 1), factors);
        }

        return result;
    }
}
