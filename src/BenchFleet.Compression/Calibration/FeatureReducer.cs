namespace BenchFleet.Compression.Calibration;

/// <summary>Sums feature by feature, in the order of the rows, so that they do not depend on the number of processors.</summary>
internal sealed class FeatureReducer(int features)
{
    private readonly double[] _sum = new double[features];
    private readonly double[] _absSum = new double[features];
    private readonly double[] _squareSum = new double[features];
    private readonly float[] _absMax = new float[features];
    private readonly long[] _zeros = new long[features];
    private long _rows;

    public void Take(FeatureRows rows)
    {
        var row = new float[features];
        for (var r = 0; r < rows.Count; r++)
        {
            rows.CopyRow(r, row);
            for (var f = 0; f < features; f++)
                Add(f, row[f]);
        }

        _rows += rows.Count;
    }

    public FeatureSums Result() => new(_rows, _sum, _absSum, _squareSum, _absMax, _zeros);

    private void Add(int feature, float value)
    {
        var size = Math.Abs(value);
        _sum[feature] += value;
        _absSum[feature] += size;
        _squareSum[feature] += (double)value * value;
        if (size > _absMax[feature]) _absMax[feature] = size;
        if (value == 0) _zeros[feature]++;
    }
}
