using BenchFleet.Compression.Calibration;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Passes;

/// <summary>All that a pass may know beside the model and its settings.</summary>
/// <param name="statistics">What was observed of the very model that is passed in, for passes that asked.</param>
/// <param name="seed">The recipe's seed.</param>
/// <param name="samples">Gives calibration samples each time it is called; null without any, or when a record is replayed.</param>
/// <param name="original">What <see cref="Float"/> says.</param>
/// <param name="cancellation">Checked between tensors.</param>
public sealed class PassContext(
    CalibrationStatistics? statistics = null,
    ulong seed = 0,
    Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? samples = null,
    OnnxModel? original = null,
    CancellationToken cancellation = default)
{
    private readonly SortedDictionary<string, float[]> _measured = new(StringComparer.Ordinal);

    public CalibrationStatistics Statistics => Known ?? CalibrationStatistics.Empty;

    public ulong Seed { get; } = seed;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>
    /// The model as the recipe had it last without an integer operator, for passes that undo what quantization did; null when the recipe was
    /// given a quantized one. Values that both have carry the same names.
    /// </summary>
    public OnnxModel? Float { get; } = original;

    /// <summary>The statistics with all that was measured since.</summary>
    internal CalibrationStatistics? Learned =>
        _measured.Count == 0 ? Known : Statistics with { Measured = Statistics.Measured.SetItems(_measured) };

    private CalibrationStatistics? Known { get; } = statistics;

    /// <summary>
    /// Numbers that come from running samples (a bias error, the noise of a layer): floats of this processor, so they are recorded, and a
    /// replay takes the record instead of running anything. The key must be unique in the pass.
    /// </summary>
    public float[] Measure(string key, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>, float[]> measure)
    {
        if (Statistics.Measured.TryGetValue(key, out var recorded) || _measured.TryGetValue(key, out recorded)) return recorded;
        if (samples is null) throw new InvalidOperationException($"The record has no measurement '{key}', and there are no samples to make it.");
        return _measured[key] = measure(samples());
    }
}
