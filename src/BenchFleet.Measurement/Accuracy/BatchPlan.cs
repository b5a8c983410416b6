using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>How many samples go into one inference.</summary>
internal static class BatchPlan
{
    /// <summary>More are not quicker a sample, and hold as many more activations.</summary>
    private const int Largest = 16;
    private const long LargestBytes = 16 << 20;

    /// <summary>
    /// Several only where the batch axis is open on every input and output. A model that quantizes its activations as it runs takes one
    /// range over the whole batch, so its answers depend on who else is in it: there the measured batch counts, and no other.
    /// </summary>
    public static int Choose(OnnxModel variant, OnnxModel reference, Sample sample, RuntimeConfig runtime)
    {
        if (!CanStack(variant, sample) || !CanStack(reference, sample)) return 1;
        if (MixesSamples(variant.Graph) || MixesSamples(reference.Graph)) return runtime.Batch;
        var bytes = sample.Feeds.Values.Sum(tensor => (long)tensor.RawBytes.Length);
        return (int)Math.Clamp(LargestBytes / Math.Max(1, bytes), 1, Largest);
    }

    private static bool CanStack(OnnxModel model, Sample sample)
    {
        var signature = ModelSignature.Of(model);
        return signature.Inputs.All(
            input => input.Shape is { Rank: > 0 } shape && !shape[0].IsFixed && sample.Feeds.TryGetValue(input.Name, out var feed)
            && feed is { Rank: > 0 } && feed.Dims[0] == 1)
            && signature.Outputs.All(output => output.Shape is null or { Rank: 0 } || !output.Shape[0].IsFixed);
    }

    private static bool MixesSamples(OnnxGraph graph) => graph.Nodes.Any(node =>
        node.OpType.StartsWith("DynamicQuantize", StringComparison.Ordinal)
        || node.Attributes.Any(attribute => attribute.Graph is { } inner && MixesSamples(inner)));
}
