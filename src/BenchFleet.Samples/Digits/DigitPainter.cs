namespace BenchFleet.Samples.Digits;

/// <summary>
/// Paints one digit: a way of writing it, shaky points, an affine transform, a pen, then what makes reading hard: a stray stroke, a faded
/// band, noise. Only + - * / and the square root, which IEEE 754 rounds correctly, come before the bytes: the same seed paints the same
/// image everywhere.
/// </summary>
internal sealed class DigitPainter
{
    private const int CurveSteps = 5;
    private const float Shake = 5.5f;

    private readonly Canvas _canvas = new();
    private readonly float[] _image = new float[Canvas.Pixels];

    public void Paint(int digit, SplitMix64 random, Span<byte> pixels)
    {
        Array.Clear(_image);
        _canvas.Clear();
        var variants = Glyphs.All[digit];
        var strokes = variants[random.NextIndex(variants.Length)];
        var affine = Affine.Draw(random);
        foreach (var stroke in strokes) Draw(stroke, affine, random);
        _canvas.Ink(_image, random.NextBetween(0.45f, 1.7f), random.NextBetween(0.5f, 1.2f), random.NextBetween(0.45f, 1f));

        if (random.NextIndex(2) == 0) DrawStray(random);
        if (random.NextIndex(2) == 0) FadeBand(random);
        Quantise(random, pixels);
    }

    private void Draw(Stroke stroke, Affine affine, SplitMix64 random)
    {
        var count = stroke.Points.Length / 2;
        var points = new (float X, float Y)[count];
        for (var i = 0; i < count; i++)
        {
            var x = stroke.Points[2 * i] + random.NextBetween(-Shake, Shake);
            var y = stroke.Points[(2 * i) + 1] + random.NextBetween(-Shake, Shake);
            points[i] = affine.Apply(x, y);
        }

        for (var i = 0; i + 1 < count; i++)
        {
            if (!stroke.Curved) _canvas.Segment(points[i], points[i + 1]);
            else DrawCurve(points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(count - 1, i + 2)]);
        }
    }

    /// <summary>A Catmull-Rom piece from b to c, as short segments.</summary>
    private void DrawCurve((float X, float Y) a, (float X, float Y) b, (float X, float Y) c, (float X, float Y) d)
    {
        var previous = b;
        for (var step = 1; step <= CurveSteps; step++)
        {
            var t = step / (float)CurveSteps;
            var next = (Spline(a.X, b.X, c.X, d.X, t), Spline(a.Y, b.Y, c.Y, d.Y, t));
            _canvas.Segment(previous, next);
            previous = next;
        }
    }

    private static float Spline(float a, float b, float c, float d, float t)
    {
        var linear = c - a;
        var square = (2f * a) - (5f * b) + (4f * c) - d;
        var cube = (3f * b) - a - (3f * c) + d;
        return b + (0.5f * t * (linear + (t * (square + (t * cube)))));
    }

    private void DrawStray(SplitMix64 random)
    {
        _canvas.Clear();
        var x = random.NextBetween(2f, 25f);
        var y = random.NextBetween(2f, 25f);
        _canvas.Segment((x, y), (x + random.NextBetween(-9f, 9f), y + random.NextBetween(-9f, 9f)));
        _canvas.Ink(_image, random.NextBetween(0.4f, 1.0f), 0.6f, random.NextBetween(0.3f, 0.9f));
    }

    private void FadeBand(SplitMix64 random)
    {
        var columns = random.NextIndex(2) == 0;
        var first = 4 + random.NextIndex(17);
        var last = first + 2 + random.NextIndex(4);
        var keep = random.NextBetween(0f, 0.4f);
        for (var i = 0; i < Canvas.Pixels; i++)
        {
            var position = columns ? i % Canvas.Side : i / Canvas.Side;
            if (position >= first && position < last) _image[i] *= keep;
        }
    }

    /// <summary>Noise is a sum of four uniforms: near enough to a bell curve, without a logarithm.</summary>
    private void Quantise(SplitMix64 random, Span<byte> pixels)
    {
        var amplitude = random.NextBetween(0.05f, 0.50f);
        for (var i = 0; i < Canvas.Pixels; i++)
        {
            var bits = random.Next();
            var sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
            var noise = ((sum / 65536f) - 2f) * amplitude;
            pixels[i] = (byte)((Math.Clamp(_image[i] + noise, 0f, 1f) * 255f) + 0.5f);
        }
    }
}
