using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>How a raw value may be changed on its way into a model.</summary>
internal enum RawKind
{
    /// <summary>Numbers in a given shape.</summary>
    Numbers,

    /// <summary>Height, width, channels: may be resized, cropped and transposed.</summary>
    Image,

    /// <summary>Made for this model: fed as it is.</summary>
    Exact,
}

/// <summary>A sample as its file has it.</summary>
/// <param name="Where">For messages: file and position.</param>
/// <param name="Values">Named after model inputs, or one without a name.</param>
internal sealed record RawSample(string Where, RawKind Kind, ImmutableArray<OnnxTensor> Values, int? Label);

/// <summary>Samples of one format. Opening checks headers and counts; values are read when they are asked for.</summary>
internal abstract class SampleSource
{
    public abstract int Count { get; }

    public abstract bool HasLabels { get; }

    /// <summary>Streams samples; a damaged one is an <see cref="InvalidDataException"/> that names it.</summary>
    public abstract IEnumerable<RawSample> Read(int skip, int count);

    /// <summary>Names that are equal for equal samples of whatever split: what disjointness is checked by.</summary>
    public abstract IEnumerable<string> Keys(int skip, int count);
}
