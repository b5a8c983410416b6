using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Correction.Rounding;

/// <summary>
/// Sum of x xᵀ over what a layer multiplies its weights with: rows of features, or the windows that a Conv sees, group by group. Of each
/// sample so many rows at most, evenly spaced.
/// </summary>
internal sealed class LayerInputs
{
    private const int MostRows = 256;

    private readonly RoundedLayer _layer;
    private readonly GramReducer[] _groups;

    public LayerInputs(RoundedLayer layer)
    {
        _layer = layer;
        _groups = [.. Enumerable.Range(0, layer.Groups).Select(_ => new GramReducer(layer.Size))];
    }

    public void Take(ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
    {
        var window = _layer.Node.Is("Conv") ? new ConvolutionWindow(_layer, shape) : null;
        var count = window?.Count ?? values.Length / _layer.Size;
        if (count == 0) return;
        var taken = Math.Min(count, MostRows);
        var rows = new float[taken * _layer.Size];
        for (var group = 0; group < _groups.Length; group++)
        {
            for (var r = 0; r < taken; r++)
            {
                var place = (int)((long)r * count / taken);
                var row = rows.AsSpan(r * _layer.Size, _layer.Size);
                if (window is null) values.Slice(place * _layer.Size, _layer.Size).CopyTo(row);
                else window.Copy(values, place, group, row);
            }

            _groups[group].Take(new FeatureRows(rows, [taken, _layer.Size], FeatureAxis.Last));
        }
    }

    /// <summary>The matrices of the groups, one behind the other.</summary>
    public IEnumerable<float> Result() => _groups.SelectMany(group => group.Result().Values.Select(value => (float)value));
}
