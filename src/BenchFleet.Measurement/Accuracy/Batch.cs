using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>Samples laid end to end along the batch axis.</summary>
internal static class Batch
{
    public static IReadOnlyDictionary<string, OnnxTensor> Stack(IReadOnlyList<Sample> samples) => samples.Count == 1
        ? samples[0].Feeds
        : samples[0].Feeds.Keys.ToDictionary(name => name, name => Stack(name, samples), StringComparer.Ordinal);

    /// <summary>Samples of one size; a model with open axes may be given others, and those go alone.</summary>
    public static bool SameShapes(Sample one, Sample other) =>
        one.Feeds.All(feed => other.Feeds[feed.Key].Dims.AsSpan().SequenceEqual(feed.Value.Dims.AsSpan()));

    private static OnnxTensor Stack(string name, IReadOnlyList<Sample> samples)
    {
        var first = samples[0].Feeds[name];
        var size = first.RawBytes.Length;
        var bytes = new byte[checked(size * samples.Count)];
        for (var i = 0; i < samples.Count; i++) samples[i].Feeds[name].RawBytes.CopyTo(bytes.AsSpan(i * size));
        return OnnxTensor.FromBytes(name, first.ElementType, first.Dims.SetItem(0, samples.Count), bytes);
    }
}
