using BenchFleet.Compression.Calibration;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Passes;

/// <summary>
/// A pure function from model to model: no clock, disk, environment or unseeded randomness. The input is never changed; same input, same
/// settings, same statistics give the same bytes.
/// </summary>
public interface IPass
{
    /// <summary>Its name in the catalogue.</summary>
    string Name { get; }

    /// <summary>Least version of the default operator set that its output needs; the recipe runner raises older models first.</summary>
    long LeastOpset { get; }

    /// <summary>Whether <see cref="PassContext.Statistics"/> must be given.</summary>
    bool NeedsStatistics { get; }

    /// <summary>What must hold before: null, or one sentence on what is in the way.</summary>
    string? Requires(OnnxModel model);

    PassResult Apply(OnnxModel model, PassContext context);

    /// <summary>What must hold after: null, or one sentence on what is broken. A broken promise is a bug of the pass.</summary>
    string? Ensures(OnnxModel before, OnnxModel after);
}

/// <param name="Statistics">Calibrated ranges of the very model that is passed in, for passes that need them.</param>
/// <param name="Seed">The recipe's seed.</param>
/// <param name="Cancellation">Checked between tensors.</param>
public sealed record PassContext(CalibrationStatistics? Statistics = null, ulong Seed = 0, CancellationToken Cancellation = default);
