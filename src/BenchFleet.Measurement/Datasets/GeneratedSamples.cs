using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets;

/// <summary>Generated inputs in the form of a dataset's samples, for a model that comes without one.</summary>
public static class GeneratedSamples
{
    /// <summary>As many as fidelity asks for (method.md, section 4).</summary>
    public const int Usual = 256;

    private const int Least = 32;
    private const long MostValues = 4 << 20;

    /// <summary>How many samples a comparison is worth: the usual number, fewer where each is big and its inference long.</summary>
    public static int CountFor(ModelSignature model)
    {
        if (GeneratedInputs.Refuse(model.Inputs) is not null) return Usual;
        var values = GeneratedInputs.Sample(model.Inputs, 0, 0).Values.Sum(tensor => tensor.ElementCount);
        return (int)Math.Clamp(MostValues / Math.Max(1, values), Least, Usual);
    }

    /// <param name="model">Inputs of the model that is fed.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Same seed, same samples.</param>
    /// <param name="skip">Samples left out at the beginning: those of another purpose.</param>
    public static SampleRead For(ModelSignature model, int count, ulong seed, int skip = 0) => GeneratedInputs.Refuse(model.Inputs) is { } refusal
        ? new SampleRead.Refused(refusal)
        : new SampleRead.Fits(count, Enumerable.Range(0, count).Select(index => new Sample(index, GeneratedInputs.Sample(model.Inputs, seed, skip + index), null)));
}
