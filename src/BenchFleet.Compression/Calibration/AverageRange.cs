namespace BenchFleet.Compression.Calibration;

/// <summary>The mean of the samples' ranges, or a moving average in which the newest sample has a fixed weight.</summary>
internal sealed class AverageRange(float weight)
{
    private double _min;
    private double _max;
    private long _count;

    public ValueRange? Result => _count == 0 ? null : weight > 0 ? new((float)_min, (float)_max) : new((float)(_min / _count), (float)(_max / _count));

    public void Take(ValueRange seen)
    {
        var share = weight > 0 && _count > 0 ? weight : 1.0;
        (_min, _max) = weight > 0
            ? (_min + share * (seen.Min - _min), _max + share * (seen.Max - _max))
            : (_min + seen.Min, _max + seen.Max);
        _count++;
    }
}
