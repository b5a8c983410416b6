namespace BenchFleet.Measurement.Accuracy;

/// <summary>The outputs of one batch, taken apart into samples.</summary>
internal sealed class OutputRows(IReadOnlyList<OutputValues> outputs, int samples)
{
    // Indices and counts say little as magnitudes: they are compared only where a model has nothing else.
    private readonly List<OutputValues> _compared = outputs.Any(output => output.IsFloat) ? [.. outputs.Where(output => output.IsFloat)]
        : [.. outputs];

    /// <summary>Whether every output has a row for each sample; a batch of one is a row whatever its shape.</summary>
    public bool IsPerSample => samples == 1 || outputs.All(output => output.Dims.Length > 0 && output.Dims[0] == samples);

    public bool IsEmpty => _compared.Count == 0;

    /// <summary>One output whose row is a vector of at least two values, all other axes being 1.</summary>
    public bool IsClassScores =>
        _compared is [{ IsFloat: true } only] && Row(only, 0).Length > 1 && only.Dims.Skip(1).Count(dim => dim > 1) <= 1;

    public float[] Flat(int sample)
    {
        if (_compared.Count == 1) return Row(_compared[0], sample).ToArray();
        var values = new float[_compared.Sum(output => output.Values.Length / samples)];
        var at = 0;
        foreach (var output in _compared)
        {
            var row = Row(output, sample);
            row.CopyTo(values.AsSpan(at));
            at += row.Length;
        }

        return values;
    }

    /// <summary>The output that scores classes: as long as there are classes, or the first vector when their number is not known.</summary>
    public int? ScoresAt(int classes)
    {
        for (var i = 0; i < outputs.Count; i++)
            if (outputs[i].IsFloat && (classes > 0 ? Row(outputs[i], 0).Length == classes : Row(outputs[i], 0).Length > 1)) return i;
        return null;
    }

    public ReadOnlySpan<float> Scores(int output, int sample) => Row(outputs[output], sample);

    public override string ToString() => string.Join(", ", outputs.Select(output => $"'{output.Name}' [{string.Join(",", output.Dims)}]"));

    private ReadOnlySpan<float> Row(OutputValues output, int sample)
    {
        var length = output.Values.Length / samples;
        return output.Values.AsSpan(sample * length, length);
    }
}
