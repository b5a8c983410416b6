using System.Numerics.Tensors;

namespace BenchFleet.Compression.Calibration;

/// <summary>Sum of x xᵀ in double precision, upper triangle only, in the order of the rows.</summary>
internal sealed class GramReducer(int features)
{
    private readonly double[] _upper = new double[(long)features * features];
    private long _rows;

    public void Take(FeatureRows rows)
    {
        var (row, wide) = (new float[features], new double[features]);
        for (var r = 0; r < rows.Count; r++)
        {
            rows.CopyRow(r, row);
            TensorPrimitives.ConvertTruncating<float, double>(row, wide);
            for (var i = 0; i < features; i++)
            {
                if (wide[i] == 0) continue;
                var target = _upper.AsSpan(i * features + i, features - i);
                TensorPrimitives.MultiplyAdd(wide.AsSpan(i), wide[i], target, target);
            }
        }

        _rows += rows.Count;
    }

    public GramMatrix Result()
    {
        for (var i = 0; i < features; i++)
        {
            for (var j = 0; j < i; j++)
                _upper[i * features + j] = _upper[j * features + i];
        }

        return new(features, _rows, _upper);
    }
}
