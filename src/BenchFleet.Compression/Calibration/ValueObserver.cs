using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Calibration;

/// <summary>Streaming reducers of one value: activations are seen once and never kept.</summary>
internal sealed class ValueObserver(ValueWish wish, CalibrationRequest request)
{
    private const Observation Ranged = Observation.Range | Observation.MovingRange | Observation.Histogram | Observation.Magnitudes;

    private readonly AverageRange _average = new(request.MovingWeight);
    private ValueRange? _range;
    private float _leastMagnitude = float.PositiveInfinity;
    private FeatureReducer? _features;
    private GramReducer? _gram;
    private Histogram? _values;
    private Histogram? _magnitudes;

    public static bool RunsTwice(Observation what) => (what & (Observation.Histogram | Observation.Magnitudes)) != Observation.None;

    /// <summary>First run of the samples.</summary>
    public void Take(ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
    {
        if (values.IsEmpty) return;
        if ((wish.What & Ranged) != Observation.None) TakeRange(values);
        if (!Wants(Observation.Features) && !Wants(Observation.Gram)) return;

        var rows = new FeatureRows(values, shape, wish.Axis);
        if (Wants(Observation.Features)) (_features ??= new(rows.Features)).Take(rows);
        if (Wants(Observation.Gram)) (_gram ??= new(rows.Features)).Take(rows);
    }

    /// <summary>Second run, for histograms: the range is known now, so bins never move.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        if (_range is not { IsFinite: true }) return;
        if (Wants(Observation.Histogram))
            (_values ??= new(ValueHistogram.EdgesOf(Centred, request.Bins), magnitudes: false)).Count(values);
        if (Wants(Observation.Magnitudes))
            (_magnitudes ??= new(ValueHistogram.EdgesOf(FromLeast, request.Bins), magnitudes: true)).Count(values);
    }

    public ValueStatistics Result() => new()
    {
        Range = _range,
        MovingRange = Wants(Observation.MovingRange) ? _average.Result : null,
        Histogram = _values is null ? null : new(Centred, _values.Counts),
        Magnitudes = _magnitudes is null ? null : new(FromLeast, _magnitudes.Counts),
        Features = _features?.Result(),
        Gram = _gram?.Result(),
    };

    private ValueRange Centred => new(-GreatestMagnitude, GreatestMagnitude);

    private ValueRange FromLeast => new(_leastMagnitude, GreatestMagnitude);

    private float GreatestMagnitude => Math.Max(Math.Abs(_range!.Value.Min), Math.Abs(_range.Value.Max));

    private bool Wants(Observation what) => wish.What.HasFlag(what);

    private void TakeRange(ReadOnlySpan<float> values)
    {
        var (min, max) = LinearQuantization.Range(values);
        var seen = new ValueRange(min, max);
        _range = _range?.With(seen) ?? seen;
        _average.Take(seen);
        if (Wants(Observation.Magnitudes)) _leastMagnitude = Math.Min(_leastMagnitude, LinearQuantization.LeastMagnitude(values));
    }
}
