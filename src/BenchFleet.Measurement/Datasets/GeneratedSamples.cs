using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets;

/// <summary>Samples for a model that comes without a dataset, made by <see cref="GeneratedInputs"/>: for speed and fidelity, without labels.</summary>
public static class GeneratedSamples
{
    /// <param name="skip">Number of the first sample; other numbers of one seed are other samples.</param>
    public static SampleRead For(ModelSignature model, int count, ulong seed, int skip = 0) => GeneratedInputs.Refuse(model.Inputs) is { } reason
        ? new SampleRead.Refused(reason)
        : new SampleRead.Fits(count, Enumerable.Range(0, count).Select(i => new Sample(i, GeneratedInputs.Sample(model.Inputs, seed, skip + i), null)));
}
