namespace BenchFleet.Compression.Calibration;

/// <summary>A tensor seen as rows of features.</summary>
internal readonly ref struct FeatureRows
{
    private readonly ReadOnlySpan<float> _values;
    private readonly int _inner;

    public FeatureRows(ReadOnlySpan<float> values, ReadOnlySpan<long> shape, FeatureAxis axis)
    {
        _values = values;
        var place = axis == FeatureAxis.Last || shape.Length < 2 ? shape.Length - 1 : 1;
        Features = shape.Length == 0 ? 1 : (int)shape[place];
        _inner = 1;
        for (var i = place + 1; i < shape.Length; i++)
            _inner *= (int)shape[i];
    }

    public int Features { get; }

    public int Count => Features == 0 ? 0 : _values.Length / Features;

    /// <summary>Copies row <paramref name="index"/> into <paramref name="row"/>.</summary>
    public void CopyRow(int index, Span<float> row)
    {
        if (_inner == 1)
        {
            _values.Slice(index * Features, Features).CopyTo(row);
            return;
        }

        var start = index / _inner * Features * _inner + index % _inner;
        for (var f = 0; f < Features; f++)
            row[f] = _values[start + f * _inner];
    }
}
