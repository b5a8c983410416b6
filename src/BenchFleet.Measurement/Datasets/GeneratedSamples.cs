using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets;

/// <summary>Generated inputs in the form of a dataset's samples, for a model that comes without one.</summary>
public static class GeneratedSamples
{
    /// <param name="model">Inputs of the model that is fed.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Same seed, same samples.</param>
    /// <param name="skip">Samples left out at the beginning: those of another purpose.</param>
    public static SampleRead For(ModelSignature model, int count, ulong seed, int skip = 0) => GeneratedInputs.Refuse(model.Inputs) is { } refusal
        ? new SampleRead.Refused(refusal)
        : new SampleRead.Fits(count, Enumerable.Range(0, count).Select(index => new Sample(index, GeneratedInputs.Sample(model.Inputs, seed, skip + index), null)));
}
