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

    private readonly int _size;
    private readonly float[] _energy;

    /// <summary>Where a few rows stand for the samples, H = F Fᵀ with F of as many columns: what a step costs falls with them.</summary>
    private readonly FewRows? _few;

    public LearnedRounding(int size, ReadOnlySpan<float> gram)
    {
        (_size, _energy) = (size, gram.ToArray());
        var mean = 0.0;
        for (var i = 0; i < size; i++)
            mean += gram[i * size + i] / (double)size;
        for (var i = 0; mean > 0 && i < _energy.Length; i++)
            _energy[i] = (float)(_energy[i] / mean);
        _few = FewRows.Of(_energy, size);
    }

    /// <summary>Rows that stand for all samples in a gradient.</summary>
    public int Rows => _few?.Count ?? _size;

    /// <param name="targets">[size, width]: weights in steps, zero point added.</param>
    /// <param name="nearest">Their codes rounded to nearest.</param>
    /// <param name="least">No code is less.</param>
    /// <param name="greatest">No code is greater.</param>
    /// <returns>Codes: the learned ones for columns whose output error they lower, else the nearest.</returns>
    public int[] Round(float[] targets, int[] nearest, int width, int least, int greatest)
    {
        var soft = new SoftRounding(targets, least, greatest);
        var (error, slope) = (new float[targets.Length], new float[targets.Length]);
        for (var step = 0; step < Steps; step++)
        {
            soft.Errors(error);
            if (_few is null) Moved(error, width, slope);
            else _few.Moved(error, width, slope);
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
}
