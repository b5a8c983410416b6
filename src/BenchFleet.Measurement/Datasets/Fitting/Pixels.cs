using System.Collections.Immutable;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>Values of an image, row by row, channels together.</summary>
internal sealed record Pixels(int Height, int Width, int Channels, float[] Values)
{
    public Pixels Prepare(Preprocessing how)
    {
        var result = this;
        if (!how.Resize.IsEmpty)
        {
            var (height, width) = Target(how.Resize);
            result = Resampler.Resize(result, height, width);
        }

        if (!how.Crop.IsEmpty) result = result.Crop(how.Crop[0], how.Crop[^1]);
        return result.InColor(how.Color);
    }

    /// <summary>Channels first.</summary>
    public float[] Planes()
    {
        if (Channels == 1) return Values;
        var (planes, area) = (new float[Values.Length], Height * Width);
        for (var pixel = 0; pixel < area; pixel++)
            for (var channel = 0; channel < Channels; channel++)
                planes[(channel * area) + pixel] = Values[(pixel * Channels) + channel];
        return planes;
    }

    // The shorter side gets the length, the other is cut to whole pixels: as torchvision does, whose figures models are published with.
    private (int Height, int Width) Target(ImmutableArray<int> resize) =>
        resize.Length == 2 ? (resize[0], resize[1])
        : Height <= Width ? (resize[0], (int)((long)Width * resize[0] / Height))
        : ((int)((long)Height * resize[0] / Width), resize[0]);

    private Pixels Crop(int height, int width)
    {
        if (height > Height || width > Width)
            throw new InvalidDataException(
                $"crop {height} x {width} is larger than the image of {Height} x {Width}; resize comes before it.");
        var (top, left) = ((int)Math.Round((Height - height) / 2.0), (int)Math.Round((Width - width) / 2.0));
        var values = new float[height * width * Channels];
        for (var row = 0; row < height; row++)
            Values.AsSpan((((top + row) * Width) + left) * Channels, width * Channels).CopyTo(values.AsSpan(row * width * Channels));
        return new Pixels(height, width, Channels, values);
    }

    private Pixels InColor(ColorOrder color)
    {
        if (color == ColorOrder.Rgb || Channels != 3) return this;
        var area = Height * Width;
        var values = new float[color == ColorOrder.Luma ? area : area * 3];
        for (var i = 0; i < area; i++)
        {
            var (red, green, blue) = (Values[i * 3], Values[(i * 3) + 1], Values[(i * 3) + 2]);
            if (color == ColorOrder.Luma) values[i] = MathF.Round((0.299f * red) + (0.587f * green) + (0.114f * blue));
            else (values[i * 3], values[(i * 3) + 1], values[(i * 3) + 2]) = (blue, green, red);
        }

        return this with { Channels = color == ColorOrder.Luma ? 1 : 3, Values = values };
    }
}
