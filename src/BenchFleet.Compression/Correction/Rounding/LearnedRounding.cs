using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Correction.Rounding;

/// <summary>
/// AdaRound (Nagel et al., ICML 2020): whether each weight is rounded up or down is learned by gradient descent on the layer's output error
/// tr(Dᵀ H D), H = X Xᵀ over the samples and D what rounding did to the weights. Columns do not know of each other.
/// </summary>
/// <remarks>
/// The rounding h in [0, 1] of a weight is a stretched sigmoid of a free variable, drawn to its ends by λ Σ (1 - |2h - 1|^β) with β falling.
/// Two differences to the paper: the whole of H stands for the samples, so each step sees all of them and nothing is drawn at random; and the
/// sigmoid is (1 + v / (1 + |v|)) / 2, whose last bit is the same on every platform, as that of an exponential is not.
/// </remarks>
internal sealed class LearnedRounding
{
    private const int Steps = 250;
    private const int StepsWithoutPull = Steps / 5;
    private const float Rate = 0.08f;
    private const float Pull = 0.05f;

    /// <summary>The sigmoid is stretched to [Low, High] and cut to [0, 1], so that the ends can be reached (Louizos et al., ICLR 2018).</summary>
    private const float Low = -0.1f;
    private const float High = 1.1f;

    private readonly int _size;
    private readonly float[] _energy;

    public LearnedRounding(int size, ReadOnlySpan<float> gram)
    {
        (_size, _energy) = (size, gram.ToArray());
        var mean = 0.0;
        for (var i = 0; i < size; i++)
            mean += gram[i * size + i] / (double)size;
        for (var i = 0; mean > 0 && i < _energy.Length; i++)
            _energy[i] = (float)(_energy[i] / mean);
    }

    /// <param name="targets">[size, width]: weights in steps, zero point added.</param>
    /// <param name="nearest">Their codes rounded to nearest.</param>
    /// <param name="least">No code is less.</param>
    /// <param name="greatest">No code is greater.</param>
    /// <returns>Codes: the learned ones for columns whose output error they lower, else the nearest.</returns>
    public int[] Round(float[] targets, int[] nearest, int width, int least, int greatest)
    {
        var soft = new Soft(targets, least, greatest);
        var (error, slope) = (new float[targets.Length], new float[targets.Length]);
        for (var step = 0; step < Steps; step++)
        {
            soft.Errors(error);
            Moved(error, width, slope);
            soft.Step(slope, step < StepsWithoutPull ? 0 : Halvings(step), step + 1);
        }

        return Better(soft.Codes(), nearest, targets, width);
    }

    /// <summary>β = 2^n falls from 16 to 2.</summary>
    private static int Halvings(int step) => 4 - 4 * (step - StepsWithoutPull) / (Steps - StepsWithoutPull);

    /// <summary>H D.</summary>
    private void Moved(float[] error, int width, float[] moved)
    {
        moved.AsSpan().Clear();
        for (var i = 0; i < _size; i++)
            RowSums.Add(moved.AsSpan(i * width, width), _energy.AsSpan(i * _size, _size), error.AsSpan(), width);
    }

    private int[] Better(int[] learned, int[] nearest, float[] targets, int width)
    {
        var (ours, plain) = (Losses(learned, targets, width), Losses(nearest, targets, width));
        for (var i = 0; i < learned.Length; i++)
        {
            if (!(ours[i % width] < plain[i % width])) learned[i] = nearest[i];
        }

        return learned;
    }

    private double[] Losses(int[] codes, float[] targets, int width)
    {
        var (error, moved, losses) = (new float[targets.Length], new float[targets.Length], new double[width]);
        for (var i = 0; i < error.Length; i++)
            error[i] = codes[i] - targets[i];
        Moved(error, width, moved);
        for (var i = 0; i < error.Length; i++)
            losses[i % width] += (double)error[i] * moved[i];
        return losses;
    }

    /// <summary>The free variables of a tile, and the state of Adam (Kingma, Ba, ICLR 2015).</summary>
    private sealed class Soft
    {
        private const float FirstDecay = 0.9f;
        private const float SecondDecay = 0.999f;

        private readonly float[] _targets;
        private readonly int[] _floor;
        private readonly float[] _free;
        private readonly float[] _first;
        private readonly float[] _second;

        public Soft(float[] targets, int least, int greatest)
        {
            _targets = targets;
            (_floor, _free) = (new int[targets.Length], new float[targets.Length]);
            (_first, _second) = (new float[targets.Length], new float[targets.Length]);
            for (var i = 0; i < targets.Length; i++)
            {
                _floor[i] = (int)Math.Clamp(MathF.Floor(targets[i]), least, Math.Max(least, greatest - 1));
                var part = 2 * (Math.Clamp(targets[i] - _floor[i], 0, 1) - Low) / (High - Low) - 1;
                _free[i] = part / (1 - MathF.Abs(part));
            }
        }

        public void Errors(float[] error)
        {
            for (var i = 0; i < error.Length; i++)
                error[i] = _floor[i] + Up(_free[i]) - _targets[i];
        }

        /// <param name="moved">H D; half the gradient by D.</param>
        /// <param name="halvings">log2 of β, 0 for no pull to the ends.</param>
        /// <param name="time">From 1.</param>
        public void Step(float[] moved, int halvings, int time)
        {
            var (first, second) = (1 - Power(FirstDecay, time), 1 - Power(SecondDecay, time));
            for (var i = 0; i < moved.Length; i++)
            {
                var slope = (2 * moved[i] - PullOf(Up(_free[i]), halvings)) * UpSlope(_free[i]);
                _first[i] = FirstDecay * _first[i] + (1 - FirstDecay) * slope;
                _second[i] = SecondDecay * _second[i] + (1 - SecondDecay) * slope * slope;
                _free[i] -= Rate * (_first[i] / first) / (MathF.Sqrt(_second[i] / second) + 1e-8f);
            }
        }

        public int[] Codes() => [.. _floor.Zip(_free, (floor, free) => Up(free) >= 0.5f ? floor + 1 : floor)];

        private static float Up(float free) => Math.Clamp(Stretched(free), 0, 1);

        private static float Stretched(float free) => (1 + free / (1 + MathF.Abs(free))) / 2 * (High - Low) + Low;

        private static float UpSlope(float free)
        {
            if (Stretched(free) is < 0 or > 1) return 0;
            var size = 1 + MathF.Abs(free);
            return (High - Low) / (2 * size * size);
        }

        /// <summary>λ times the slope of |2h - 1|^β.</summary>
        private static float PullOf(float up, int halvings)
        {
            if (halvings == 0) return 0;
            var beta = 1 << halvings;
            return Pull * 2 * beta * Power(2 * up - 1, beta - 1);
        }

        private static float Power(float value, int exponent)
        {
            var power = 1f;
            for (var n = 0; n < exponent; n++)
                power *= value;
            return power;
        }
    }
}
