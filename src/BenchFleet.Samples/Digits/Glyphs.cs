namespace BenchFleet.Samples.Digits;

/// <summary>
/// One pen stroke: points x, y, x, y, … on a grid of 100 by 100, y downwards. A curved stroke passes through its points smoothly.
/// </summary>
internal sealed record Stroke(bool Curved, byte[] Points);

/// <summary>The ways each digit is written: digit -> variant -> strokes.</summary>
internal static class Glyphs
{
    public static readonly Stroke[][][] All =
    [
        [
            [Curve(50, 5, 78, 20, 85, 50, 78, 80, 50, 95, 22, 80, 15, 50, 22, 20, 50, 5)],
            [Curve(60, 4, 84, 34, 72, 78, 46, 96, 20, 76, 22, 36, 44, 8, 66, 10)],
        ],
        [
            [Line(52, 5, 48, 95)],
            [Line(30, 26, 54, 5, 54, 95)],
            [Line(32, 24, 52, 5, 52, 95), Line(28, 95, 76, 95)],
        ],
        [
            [Curve(18, 26, 34, 8, 64, 7, 79, 28, 64, 54, 36, 76, 16, 95), Line(16, 95, 84, 95)],
            [Curve(20, 20, 46, 4, 74, 18, 70, 46, 40, 76, 22, 88, 30, 72, 52, 86, 82, 92)],
        ],
        [
            [Curve(20, 12, 50, 4, 76, 20, 68, 42, 44, 48), Curve(44, 48, 75, 55, 82, 76, 58, 95, 18, 88)],
            [Line(20, 6, 78, 6, 44, 42), Curve(44, 42, 76, 50, 82, 76, 55, 96, 18, 86)],
        ],
        [
            [Line(65, 95, 65, 5, 15, 65, 85, 65)],
            [Line(25, 5, 20, 52, 80, 52), Line(70, 10, 66, 95)],
            [Line(50, 5, 16, 66, 86, 62), Line(62, 36, 60, 95)],
        ],
        [
            [Line(78, 6, 30, 6, 25, 44), Curve(25, 44, 55, 38, 80, 58, 75, 84, 48, 96, 18, 86)],
            [Curve(76, 8, 50, 6, 32, 10, 28, 40, 60, 44, 76, 68, 56, 92, 20, 92)],
        ],
        [
            [Curve(70, 6, 40, 22, 22, 55, 25, 82, 50, 95, 76, 82, 76, 60, 52, 50, 26, 64)],
            [Curve(52, 4, 30, 36, 20, 70, 36, 94, 66, 94, 76, 72, 58, 56, 34, 66, 24, 80)],
        ],
        [
            [Line(16, 8, 82, 8, 42, 95)],
            [Line(16, 10, 82, 8, 44, 95), Line(34, 50, 74, 50)],
            [Curve(16, 18, 40, 6, 80, 10, 62, 48, 48, 95)],
        ],
        [
            [Curve(50, 48, 26, 34, 30, 12, 50, 5, 70, 12, 74, 34, 50, 48, 22, 66, 24, 88, 50, 96, 76, 88, 78, 66, 50, 48)],
            [Curve(72, 14, 48, 4, 26, 22, 48, 46, 76, 70, 58, 95, 28, 88, 26, 66, 52, 46, 74, 26, 72, 14)],
        ],
        [
            [Curve(74, 36, 48, 50, 24, 40, 24, 18, 50, 5, 75, 18, 78, 45, 68, 75, 46, 96)],
            [Curve(72, 14, 46, 4, 24, 24, 38, 48, 68, 40, 74, 14), Line(74, 14, 70, 95)],
        ],
    ];

    private static Stroke Curve(params byte[] points) => new(true, points);

    private static Stroke Line(params byte[] points) => new(false, points);
}
