using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Calibration;

/// <summary>Streaming reducers of one value: activations are seen once and never kept.</summary>
internal sealed class ValueObserver(ValueWish wish, CalibrationRequest request)
{
    private ValueRange? _range;
    private ValueRange? _moving;
    private FeatureReducer? _features;
    private GramReducer? _gram;
    private long[]? _counts;

    /// <summary>First run of the samples.</summary>
    public void Take(ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
    {
        if (values.IsEmpty) return;
        if (wish.What.HasFlag(Observation.Range) || wish.What.HasFlag(Observation.MovingRange) || wish.What.HasFlag(Observation.Histogram))
            TakeRange(values);
        if (!wish.What.HasFlag(Observation.Features) && !wish.What.HasFlag(Observation.Gram)) return;

        var rows = new FeatureRows(values, shape, wish.Axis);
        if (wish.What.HasFlag(Observation.Features)) (_features ??= new(rows.Features)).Take(rows);
        if (wish.What.HasFlag(Observation.Gram)) (_gram ??= new(rows.Features)).Take(rows);
    }

    /// <summary>Second run, for histograms: the range is known now, so bins never move.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        if (!wish.What.HasFlag(Observation.Histogram) || _range is not { IsFinite: true } range) return;
        Histogram.Count(values, range, _counts ??= new long[request.Bins]);
    }

    public ValueStatistics Result() => new()
    {
        Range = _range,
        MovingRange = _moving,
        Histogram = _counts is null ? null : new(_range!.Value, _counts),
        Features = _features?.Result(),
        Gram = _gram?.Result(),
    };

    private void TakeRange(ReadOnlySpan<float> values)
    {
        var (min, max) = LinearQuantization.Range(values);
        var seen = new ValueRange(min, max);
        _range = _range?.With(seen) ?? seen;
        if (!wish.What.HasFlag(Observation.MovingRange)) return;
        var weight = request.MovingWeight;
        _moving = _moving is { } known
            ? new(known.Min + weight * (min - known.Min), known.Max + weight * (max - known.Max))
            : seen;
    }
}
