using System.Numerics;

namespace BenchFleet.Statistics;

/// <summary>Collects <see cref="Fidelity"/> one input at a time, so outputs never have to be kept. Not thread-safe.</summary>
public sealed class FidelityAccumulator
{
    private int _rows;
    private int _nonFinite;
    private int _agreements;
    private double _product;
    private double _referenceSquares;
    private double _candidateSquares;
    private double _errorSquares;
    private double _divergence;
    private double _largest;

    /// <summary>One input's outputs, flattened; class scores for the agreement and divergence to mean anything.</summary>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> candidate) => AddRow(reference, candidate);

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public void Add(ReadOnlySpan<double> reference, ReadOnlySpan<double> candidate) => AddRow(reference, candidate);

    public Fidelity Result()
    {
        var finite = _rows - _nonFinite;
        var norm = Math.Sqrt(_referenceSquares) * Math.Sqrt(_candidateSquares);
        var cosine = norm > 0 ? _product / norm : _errorSquares == 0 ? 1 : 0;
        var sqnr = _errorSquares == 0 ? double.PositiveInfinity : 10 * Math.Log10(_referenceSquares / _errorSquares);
        return new Fidelity(_rows, cosine, sqnr, finite > 0 ? _divergence / finite : 0, _agreements, _largest, _nonFinite);
    }

    private void AddRow<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate)
        where T : struct, IFloatingPointIeee754<T>
    {
        Require.SameLength(reference.Length, candidate.Length, nameof(candidate));
        if (reference.IsEmpty) throw new ArgumentException("At least one output value is needed.", nameof(reference));
        _rows++;
        if (!AllFinite(reference) || !AllFinite(candidate))
        {
            _nonFinite++;
            return;
        }

        for (var i = 0; i < reference.Length; i++)
        {
            var (r, c) = (double.CreateTruncating(reference[i]), double.CreateTruncating(candidate[i]));
            _product += r * c;
            _referenceSquares += r * r;
            _candidateSquares += c * c;
            _errorSquares += (r - c) * (r - c);
            _largest = Math.Max(_largest, Math.Abs(r - c));
        }

        if (IndexOfLargest(reference) == IndexOfLargest(candidate)) _agreements++;
        _divergence += Divergence(reference, candidate);
    }

    private static bool AllFinite<T>(ReadOnlySpan<T> values)
        where T : struct, IFloatingPointIeee754<T>
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value)) return false;
        }

        return true;
    }

    private static int IndexOfLargest<T>(ReadOnlySpan<T> values)
        where T : struct, IFloatingPointIeee754<T>
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best]) best = i;
        }

        return best;
    }

    // Log-softmax on both sides; the maximum is subtracted first, so large scores do not overflow.
    private static double Divergence<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate)
        where T : struct, IFloatingPointIeee754<T>
    {
        var (logR, logC) = (LogSumExp(reference), LogSumExp(candidate));
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var r = double.CreateTruncating(reference[i]) - logR;
            var c = double.CreateTruncating(candidate[i]) - logC;
            sum += Math.Exp(r) * (r - c);
        }

        return Math.Max(0, sum);
    }

    private static double LogSumExp<T>(ReadOnlySpan<T> values)
        where T : struct, IFloatingPointIeee754<T>
    {
        var largest = double.CreateTruncating(values[IndexOfLargest(values)]);
        var sum = 0.0;
        foreach (var value in values) sum += Math.Exp(double.CreateTruncating(value) - largest);
        return largest + Math.Log(sum);
    }
}
