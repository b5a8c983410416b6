namespace BenchFleet.Samples.Digits;

/// <summary>
/// Draws round-ended segments by distance: each pixel keeps its smallest squared distance to any segment, and ink fades over the edge.
/// </summary>
internal sealed class Canvas
{
    public const int Side = 28;
    public const int Pixels = Side * Side;

    /// <summary>
    /// No stroke inks further than this from its centre line (half width plus softness stay below 2.9); larger distances are never looked
    /// at.
    /// </summary>
    private const float Reach = 3f;

    private readonly float[] _squaredDistance = new float[Pixels];

    public void Clear() => Array.Fill(_squaredDistance, Reach * Reach);

    public void Segment((float X, float Y) from, (float X, float Y) to)
    {
        var dx = to.X - from.X;
        var dy = to.Y - from.Y;
        var lengthSquared = (dx * dx) + (dy * dy);
        var inverse = lengthSquared > 0f ? 1f / lengthSquared : 0f;
        var (left, right) = Bounds(from.X, to.X);
        var (top, bottom) = Bounds(from.Y, to.Y);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var px = x - from.X;
                var py = y - from.Y;
                var along = Math.Clamp(((px * dx) + (py * dy)) * inverse, 0f, 1f);
                var ex = px - (along * dx);
                var ey = py - (along * dy);
                ref var best = ref _squaredDistance[(y * Side) + x];
                best = Math.Min(best, (ex * ex) + (ey * ey));
            }
        }
    }

    /// <summary>
    /// Adds ink (0..1) of strokes with this half width; the edge fades linearly over twice the softness. Widths are in pixels.
    /// </summary>
    public void Ink(Span<float> image, float halfWidth, float softness, float strength)
    {
        for (var i = 0; i < Pixels; i++)
        {
            var coverage = (halfWidth + softness - MathF.Sqrt(_squaredDistance[i])) / (2f * softness);
            image[i] += strength * Math.Clamp(coverage, 0f, 1f);
        }
    }

    private static (int Low, int High) Bounds(float a, float b) =>
        (Math.Max(0, (int)(Math.Min(a, b) - Reach)), Math.Min(Side - 1, (int)(Math.Max(a, b) + Reach) + 1));
}
