using System.Numerics.Tensors;
using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Calibration;

/// <summary>
/// Sum of x xᵀ in double precision, upper triangle only, in the order of the rows. Rows are gathered first, so that the matrix is walked
/// once for many of them; tiles of it side by side.
/// </summary>
internal sealed class GramReducer(int features)
{
    private const int Gathered = 128;
    private readonly double[] _upper = new double[(long)features * features];
    private readonly double[] _rows = new double[(long)Gathered * features];
    private int _waiting;
    private long _seen;

    public void Take(FeatureRows rows)
    {
        var row = new float[features];
        for (var r = 0; r < rows.Count; r++)
        {
            rows.CopyRow(r, row);
            TensorPrimitives.ConvertTruncating<float, double>(row, _rows.AsSpan(_waiting * features, features));
            if (++_waiting == Gathered) Add();
        }

        _seen += rows.Count;
    }

    public GramMatrix Result()
    {
        Add();
        for (var i = 0; i < features; i++)
        {
            for (var j = 0; j < i; j++)
                _upper[i * features + j] = _upper[j * features + i];
        }

        return new(features, _seen, _upper);
    }

    private void Add()
    {
        if (_waiting == 0) return;
        var turned = new double[_waiting * features];
        for (var r = 0; r < _waiting; r++)
        {
            for (var f = 0; f < features; f++)
                turned[f * _waiting + r] = _rows[r * features + f];
        }

        Lanes.For(0, (features + RowSums.Tile - 1) / RowSums.Tile, tile => AddTile(tile * RowSums.Tile, turned));
        _waiting = 0;
    }

    private void AddTile(int left, double[] turned)
    {
        var width = Math.Min(RowSums.Tile, features - left);
        for (var i = 0; i < left + width; i++)
        {
            var from = Math.Max(i, left);
            RowSums.Add(_upper.AsSpan(i * features + from, left + width - from), turned.AsSpan(i * _waiting, _waiting), _rows.AsSpan(from), features);
        }
    }
}
