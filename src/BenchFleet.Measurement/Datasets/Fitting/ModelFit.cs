using System.Collections.Immutable;
using BenchFleet.Measurement.Datasets.Sources;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>Gives every input of a model its tensor: fixed ones from the description, the others from the sample.</summary>
internal sealed class ModelFit(ModelSignature model, ImmutableArray<FixedInput> fixedInputs, Preprocessing how)
{
    private readonly ImmutableArray<ValueInfo> _fed = [.. model.Inputs.Where(input => fixedInputs.All(known => known.Name != input.Name))];
    private Dictionary<string, OnnxTensor>? _constant;

    public IReadOnlyDictionary<string, OnnxTensor> Feeds(RawSample raw)
    {
        var feeds = new Dictionary<string, OnnxTensor>(_constant ??= Constant(), StringComparer.Ordinal);
        foreach (var (input, value) in Pair(raw)) feeds[input.Name] = new InputFit(input, Values(input, raw))
            .Fit(value, raw.Kind, raw.Where);
        return feeds;
    }

    // Several arrays are what the model takes already; scaling all of them alike would be wrong for most.
    private Preprocessing Values(ValueInfo input, RawSample raw) => raw.Values.Length == 1 || how.KeepsValues ? how
        : throw new InvalidDataException(
            $"{raw.Where} has {raw.Values.Length} arrays, and preprocessing with scale, offset, mean or std would change '{input.Name}' and all others alike: store them as the model takes them.");

    private Dictionary<string, OnnxTensor> Constant()
    {
        if (fixedInputs.FirstOrDefault(known => model.Inputs.All(input => input.Name != known.Name)) is { } unknown)
            throw new InvalidDataException(
                $"the dataset fixes the input '{unknown.Name}', which the model does not have: it has {Names(model.Inputs)}.");
        return fixedInputs.ToDictionary(
            known => known.Name, known => known.For(model.Inputs.First(input => input.Name == known.Name)), StringComparer.Ordinal);
    }

    private IEnumerable<(ValueInfo Input, OnnxTensor Value)> Pair(RawSample raw)
    {
        if (_fed.Length == 1 && raw.Values.Length == 1) return [(_fed[0], raw.Values[0])];
        if (raw.Kind == RawKind.Exact && _fed.Length == raw.Values.Length
            && raw.Values.Any(value => _fed.All(input => input.Name != value.Name)))
            return _fed.Zip(raw.Values);
        return _fed.Select(input => (input, raw.Values.FirstOrDefault(value => value.Name == input.Name) ?? throw Unmatched(input, raw)));
    }

    private InvalidDataException Unmatched(ValueInfo input, RawSample raw) => raw.Values.Length == 1
        ? new($"the model takes {Names(_fed)} and a sample is one value: name the inputs that stay the same under 'inputs', for example 'inputs: {{ {input.Name}: zeros[1] }}'.")
        : new($"the model takes {ModelSignature.Describe(input)}, and {raw.Where} has {string.Join(", ", raw.Values.Select(value => $"'{value.Name}'"))}.");

    private static string Names(IEnumerable<ValueInfo> inputs) => string.Join(", ", inputs.Select(ModelSignature.Describe));
}
