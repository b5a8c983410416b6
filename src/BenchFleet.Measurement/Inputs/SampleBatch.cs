using System.Collections.Immutable;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Inputs;

/// <summary>
/// Fits samples to a model: by name, or by position where names differ and there are as many; then stacks them into batches.
/// </summary>
public static class SampleBatch
{
    /// <returns>The queries, or one sentence that says why the samples do not fit.</returns>
    public static (ImmutableArray<ImmutableArray<OnnxTensor>> Queries, string? Refusal) Fit(
        IReadOnlyList<IReadOnlyList<OnnxTensor>> samples, ImmutableArray<ModelValue> inputs, int batch)
    {
        var fitted = new List<ImmutableArray<OnnxTensor>>(samples.Count);
        foreach (var sample in samples)
        {
            if (Named(sample, inputs) is not { } tensors) return ([], Missing(sample, inputs));
            for (var i = 0; i < inputs.Length; i++)
            {
                var first = fitted.Count == 0 || batch == 1 ? null : fitted[0][i];
                if (Misfit(tensors[i], inputs[i], first, batch) is { } misfit) return ([], misfit);
            }
            fitted.Add(tensors);
        }
        if (batch == 1) return ([.. fitted], null);
        var queries = (fitted.Count + batch - 1) / batch;
        return ([.. Enumerable.Range(0, queries).Select(query => Stack(fitted, query * batch, batch, inputs))], null);
    }

    private static ImmutableArray<OnnxTensor>? Named(IReadOnlyList<OnnxTensor> sample, ImmutableArray<ModelValue> inputs)
    {
        var byName = inputs.Select(input => sample.FirstOrDefault(tensor => tensor.Name == input.Name)).ToList();
        if (byName.TrueForAll(tensor => tensor is not null)) return [.. byName!];
        return sample.Count == inputs.Length ? [.. sample.Zip(inputs, (tensor, input) => tensor.Renamed(input.Name))] : null;
    }

    private static string? Misfit(OnnxTensor tensor, ModelValue input, OnnxTensor? first, int batch)
    {
        var sameKind = tensor.ElementType == input.Type && tensor.Rank == input.Dims.Length
            && tensor.Dims.Zip(input.Dims).Skip(1).All(pair => pair.Second < 0 || pair.First == pair.Second);
        var stacks = batch == 1 || IsShared(input) || first is null || first.Dims.SequenceEqual(tensor.Dims);
        if (!sameKind || !stacks) return Describe(tensor, input);
        if (tensor.Rank == 0 || input.Dims[0] < 0 || input.Dims[0] == tensor.Dims[0] * (IsShared(input) ? 1 : batch)) return null;
        return batch == 1
            ? Describe(tensor, input)
            : $"Batch {batch} does not fit input '{input.Name}' of shape {Shown(input.Dims)}: "
                + "its first size must be open, or the batch times that of a sample.";
    }

    // A scalar or a setting of one value (a sampling rate) is shared by the batch; everything else is stacked along its first axis.
    private static bool IsShared(ModelValue input) => input.Dims.Length == 0 || (input.Dims.Length == 1 && input.Dims[0] == 1);

    private static ImmutableArray<OnnxTensor> Stack(
        List<ImmutableArray<OnnxTensor>> samples, int start, int batch, ImmutableArray<ModelValue> inputs)
    {
        var members = Enumerable.Range(start, batch).Select(i => samples[i % samples.Count]).ToList();
        return [.. inputs.Select((input, index) =>
            IsShared(input) ? members[0][index] : Concat([.. members.Select(member => member[index])]))];
    }

    private static OnnxTensor Concat(ImmutableArray<OnnxTensor> parts)
    {
        var bytes = new byte[parts.Sum(part => part.RawBytes.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.RawBytes.CopyTo(bytes.AsSpan(at));
            at += part.RawBytes.Length;
        }
        return OnnxTensor.FromBytes(parts[0].Name, parts[0].ElementType, parts[0].Dims.SetItem(0, parts.Sum(part => part.Dims[0])), bytes);
    }

    private static string Missing(IReadOnlyList<OnnxTensor> sample, ImmutableArray<ModelValue> inputs) =>
        $"The samples hold {Listed(sample.Select(tensor => tensor.Name))}, but the model's inputs are {Listed(inputs.Select(input => input.Name))}.";

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string Describe(OnnxTensor tensor, ModelValue input) =>
        $"The sample for input '{input.Name}' is {tensor.ElementType}{Shown(tensor.Dims)}, "
        + $"but the model takes {input.Type}{Shown(input.Dims)}.";

    private static string Shown(ImmutableArray<long> dims) => $"[{string.Join(",", dims.Select(dim => dim < 0 ? "?" : $"{dim}"))}]";
}
