using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets;

/// <summary>One sample as the model takes it, batch axis included.</summary>
/// <param name="Index">Zero-based position in the split.</param>
/// <param name="Feeds">A tensor for every input of the model.</param>
/// <param name="Label">Zero-based class, or null without labels.</param>
public sealed record Sample(int Index, IReadOnlyDictionary<string, OnnxTensor> Feeds, int? Label);

/// <summary>What came of asking a dataset for samples of a model.</summary>
public abstract record SampleRead
{
    private SampleRead() { }

    /// <param name="Samples">Streams from the files whenever it is enumerated.</param>
    public sealed record Fits(int Count, IEnumerable<Sample> Samples) : SampleRead;

    /// <summary>One sentence: what does not fit, with names and shapes.</summary>
    public sealed record Refused(string Reason) : SampleRead;
}
