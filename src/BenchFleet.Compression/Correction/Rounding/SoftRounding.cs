using System.Numerics;

namespace BenchFleet.Compression.Correction.Rounding;

/// <summary>
/// The free variables of a tile of weights, and the state of Adam (Kingma, Ba, ICLR 2015). Weights do not know of each other, and every
/// operation rounds as the scalar one, so the result is the same for any vector width.
/// </summary>
internal sealed class SoftRounding
{
    private const float Rate = 0.08f;
    private const float Pull = 0.05f;
    private const float FirstDecay = 0.9f;
    private const float SecondDecay = 0.999f;

    /// <summary>The sigmoid is stretched to [Low, High] and cut to [0, 1], so that the ends can be reached (Louizos et al., ICLR 2018).</summary>
    private const float Low = -0.1f;
    private const float High = 1.1f;

    private readonly float[] _targets;
    private readonly float[] _floor;
    private readonly float[] _free;
    private readonly float[] _first;
    private readonly float[] _second;

    public SoftRounding(float[] targets, int least, int greatest)
    {
        _targets = targets;
        (_floor, _free) = (new float[targets.Length], new float[targets.Length]);
        (_first, _second) = (new float[targets.Length], new float[targets.Length]);
        for (var i = 0; i < targets.Length; i++)
        {
            _floor[i] = Math.Clamp(MathF.Floor(targets[i]), least, Math.Max(least, greatest - 1));
            var part = 2 * (Math.Clamp(targets[i] - _floor[i], 0, 1) - Low) / (High - Low) - 1;
            _free[i] = part / (1 - MathF.Abs(part));
        }
    }

    /// <summary>What the rounding does to each weight, in steps.</summary>
    public void Errors(Span<float> error)
    {
        var i = 0;
        for (; i <= error.Length - Vector<float>.Count; i += Vector<float>.Count)
            Error(new(_floor, i), new(_free, i), new(_targets, i)).CopyTo(error[i..]);
        for (; i < error.Length; i++)
            error[i] = Error(new(_floor[i]), new(_free[i]), new(_targets[i]))[0];
    }

    /// <param name="moved">H D; half the gradient by D.</param>
    /// <param name="halvings">log2 of β, 0 for no pull to the ends.</param>
    /// <param name="time">From 1.</param>
    public void Step(ReadOnlySpan<float> moved, int halvings, int time)
    {
        var (first, second) = (1 - Power(FirstDecay, time), 1 - Power(SecondDecay, time));
        var i = 0;
        for (; i <= moved.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (free, mean, square) = Step(new(moved[i..]), new(_free, i), new(_first, i), new(_second, i), halvings, first, second);
            free.CopyTo(_free, i);
            mean.CopyTo(_first, i);
            square.CopyTo(_second, i);
        }

        for (; i < moved.Length; i++)
        {
            var (free, mean, square) = Step(new(moved[i]), new(_free[i]), new(_first[i]), new(_second[i]), halvings, first, second);
            (_free[i], _first[i], _second[i]) = (free[0], mean[0], square[0]);
        }
    }

    public int[] Codes() => [.. _floor.Zip(_free, (floor, free) => Up(new(free))[0] >= 0.5f ? (int)floor + 1 : (int)floor)];

    private static Vector<float> Error(Vector<float> floor, Vector<float> free, Vector<float> target) => floor + Up(free) - target;

    private static (Vector<float> Free, Vector<float> First, Vector<float> Second) Step(
        Vector<float> moved, Vector<float> free, Vector<float> first, Vector<float> second, int halvings, float firstPart, float secondPart)
    {
        var slope = (2 * moved - PullOf(Up(free), halvings)) * UpSlope(free);
        first = FirstDecay * first + (1 - FirstDecay) * slope;
        second = SecondDecay * second + (1 - SecondDecay) * slope * slope;
        var step = Rate * (first / new Vector<float>(firstPart)) / (Vector.SquareRoot(second / new Vector<float>(secondPart)) + new Vector<float>(1e-8f));
        return (free - step, first, second);
    }

    private static Vector<float> Up(Vector<float> free) => Vector.Min(Vector.Max(Stretched(free), Vector<float>.Zero), Vector<float>.One);

    private static Vector<float> Stretched(Vector<float> free) =>
        (Vector<float>.One + free / (Vector<float>.One + Vector.Abs(free))) / new Vector<float>(2) * (High - Low) + new Vector<float>(Low);

    private static Vector<float> UpSlope(Vector<float> free)
    {
        var (stretched, size) = (Stretched(free), Vector<float>.One + Vector.Abs(free));
        var inside = Vector.GreaterThanOrEqual(stretched, Vector<float>.Zero) & Vector.LessThanOrEqual(stretched, Vector<float>.One);
        return Vector.ConditionalSelect(inside, new Vector<float>(High - Low) / (2 * size * size), Vector<float>.Zero);
    }

    /// <summary>λ times the slope of |2h - 1|^β.</summary>
    private static Vector<float> PullOf(Vector<float> up, int halvings)
    {
        if (halvings == 0) return Vector<float>.Zero;
        var beta = 1 << halvings;
        var (away, power) = (2 * up - Vector<float>.One, Vector<float>.One);
        for (var n = 1; n < beta; n++)
            power *= away;
        return Pull * 2 * beta * power;
    }

    private static float Power(float value, int exponent)
    {
        var power = 1f;
        for (var n = 0; n < exponent; n++)
            power *= value;
        return power;
    }
}
