using System.Runtime.InteropServices;

namespace BenchFleet.Samples.Digits;

/// <summary>
/// Grid coordinates to pixel coordinates: scale, shear, rotate, shift. The angle is given as the tangent of half of it, so that sine and
/// cosine are quotients: the four basic operations round alike everywhere, library sines do not.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Affine(float Xx, float Xy, float Yx, float Yy, float ShiftX, float ShiftY)
{
    private const float PixelsPerUnit = 0.21f;
    private const float Centre = 13.5f;

    public static Affine Draw(SplitMix64 random)
    {
        var halfTangent = random.NextBetween(-0.16f, 0.16f);
        var shear = random.NextBetween(-0.30f, 0.30f);
        var scaleX = random.NextBetween(0.60f, 1.05f) * PixelsPerUnit;
        var scaleY = random.NextBetween(0.70f, 1.05f) * PixelsPerUnit;
        var square = halfTangent * halfTangent;
        var cos = (1f - square) / (1f + square);
        var sin = 2f * halfTangent / (1f + square);
        return new Affine(
            cos * scaleX,
            ((cos * shear) - sin) * scaleY,
            sin * scaleX,
            ((sin * shear) + cos) * scaleY,
            Centre + random.NextBetween(-3f, 3f),
            Centre + random.NextBetween(-3f, 3f));
    }

    public (float X, float Y) Apply(float x, float y)
    {
        var u = x - 50f;
        var v = y - 50f;
        return ((Xx * u) + (Xy * v) + ShiftX, (Yx * u) + (Yy * v) + ShiftY);
    }
}
