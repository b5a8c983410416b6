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

    /// <summary>
    /// What it wants to learn of the values of the model, or null when it needs no samples. Asked before <see cref="Apply"/>, which finds
    /// the answer in <see cref="PassContext.Statistics"/>.
    /// </summary>
    CalibrationRequest? Request(OnnxModel model) => null;

    /// <summary>What must hold before: null, or one sentence on what is in the way.</summary>
    string? Requires(OnnxModel model);

    PassResult Apply(OnnxModel model, PassContext context);

    /// <summary>What must hold after: null, or one sentence on what is broken. A broken promise is a bug of the pass.</summary>
    string? Ensures(OnnxModel before, OnnxModel after);
}

