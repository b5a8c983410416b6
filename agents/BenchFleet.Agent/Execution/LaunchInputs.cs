using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Measurement.Inputs;
using BenchFleet.Onnx;

namespace BenchFleet.Agent.Execution;

/// <summary>
/// Packs the samples that launches cycle through: of the evaluation split, or generated ones. Variants with the signature of their original
/// share a file, so that all trials of a block see the same inputs.
/// </summary>
internal sealed class LaunchInputs(Dataset? dataset, ulong seed, string folder)
{
    // Enough that caches are not flattered (method.md, 2.1), little enough to be read in no time.
    private const int MostSamples = 64;
    private const long MostBytes = 64L << 20;

    private readonly Dictionary<string, string> _packed = new(StringComparer.Ordinal);

    public (string? Path, WorkFailed? Failed) For(string modelPath)
    {
        var read = OnnxFile.Open(modelPath);
        if (read is not OnnxRead.Success { Model: { } model })
            return (null, Sources.Fail(FailureKind.User, "model.unreadable", ((OnnxRead.Refused)read).Reason));
        using var _ = model;
        var signature = ModelSignature.Of(model);
        var key = string.Join(' ', signature.Inputs.Select(ModelSignature.Describe));
        if (_packed.TryGetValue(key, out var known)) return (known, null);

        var samples = dataset is null ? GeneratedSamples.For(signature, MostSamples, seed)
            : dataset.Samples(Dataset.Evaluation, signature, MostSamples);
        if (samples is not SampleRead.Fits fits)
            return (null, Sources.Fail(FailureKind.User, "dataset.misfit", ((SampleRead.Refused)samples).Reason));
        var path = _packed[key] = Path.Combine(folder, $"inputs-{_packed.Count}{PackedInputs.Extension}");
        PackedInputs.Write(path, Bounded(fits.Samples));
        return (path, null);
    }

    private static IEnumerable<IReadOnlyList<OnnxTensor>> Bounded(IEnumerable<Sample> samples)
    {
        long bytes = 0;
        foreach (var sample in samples)
        {
            IReadOnlyList<OnnxTensor> tensors = [.. sample.Feeds.Values];
            bytes += tensors.Sum(tensor => tensor.Weight.ByteLength);
            if (bytes > MostBytes && bytes > tensors.Sum(tensor => tensor.Weight.ByteLength)) yield break;
            yield return tensors;
        }
    }
}
