using BenchFleet.Core.Evaluation;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>
/// Fidelity over all outputs of a sample laid end to end. Agreement and divergence only mean something for one vector of class scores.
/// A sample on which the original itself gives NaN or infinity is not compared; one on which only the variant does breaks it.
/// </summary>
internal sealed class FidelityGauge(bool classScores)
{
    private readonly FidelityAccumulator _accumulator = new();
    private int _count;
    private int _compared;
    private int _broken;

    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> variant)
    {
        _count++;
        if (!AllFinite(reference)) return;
        if (!AllFinite(variant))
        {
            _broken++;
            return;
        }

        _compared++;
        _accumulator.Add(reference, variant);
    }

    /// <summary>
    /// With a broken sample the ratio is minus infinity and the error infinite: no gate lets it through, whatever the rest looks like.
    /// </summary>
    public FidelityRecord Result()
    {
        if (_compared == 0) return new FidelityRecord(
            _count, 0, _broken > 0 ? double.NegativeInfinity : double.NaN, null, null, _broken > 0 ? double.PositiveInfinity : double.NaN);
        var result = _accumulator.Result();
        return new FidelityRecord(
            _count,
            result.Cosine,
            _broken > 0 ? double.NegativeInfinity : result.SqnrDb,
            classScores ? result.MeanKl : null,
            classScores ? result.Agreements : null,
            _broken > 0 ? double.PositiveInfinity : result.MaxAbsDiff);
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }
}
