using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>NumPy arrays: one array for a model with one input, or an array for each input.</summary>
internal sealed class ArraySource : SampleSource
{
    private readonly string _path;
    private readonly ImmutableArray<(string Input, SampleArray Array)> _values;
    private readonly int[]? _labels;

    /// <param name="inputs">Model input to array; empty takes every array under its own name.</param>
    public ArraySource(Arrays arrays, ImmutableArray<KeyValuePair<string, string>> inputs, ClassNames classes)
    {
        _path = arrays.Path;
        var name = Path.GetFileName(_path);
        var have = string.Join(", ", arrays.Values.Select(array => array.Name));
        _values = inputs.IsEmpty
            ? [.. arrays.Values.Select(array => (array.Name, array))]
            : [.. inputs.Select(pair => (pair.Key, arrays.Values.FirstOrDefault(array => array.Name == pair.Value)
                ?? throw new InvalidDataException($"'{name}' has no array '{pair.Value}': it has {have}.")))];
        if (_values.IsEmpty) throw new InvalidDataException($"'{name}' has no arrays besides the labels.");
        if (_values.FirstOrDefault(value => value.Array.Count != Count) is { Array: { } odd })
            throw new InvalidDataException($"{odd.Where} has {odd.Count} samples and {_values[0].Array.Where} has {Count}.");

        if (arrays.Labels is not { } labels) return;
        if (labels.Header.Shape.Length != 1 || !labels.Header.ElementType.IsInteger())
            throw new InvalidDataException($"{labels.Where} holds no labels: one whole number a sample is expected.");
        if (labels.Count != Count) throw new InvalidDataException($"{labels.Where} has {labels.Count} labels for {Count} samples.");
        _labels = [.. labels.Read(0, Count).Select((label, i) => classes.Check(label.ToInt64s()[0], $"{labels.Where} entry {i}"))];
    }

    public override int Count => _values[0].Array.Count;

    public override bool HasLabels => _labels is not null;

    public override IEnumerable<RawSample> Read(int skip, int count)
    {
        var readers = _values.Select(value => value.Array.Read(skip, count).GetEnumerator()).ToList();
        try
        {
            for (var i = skip; i < skip + count; i++)
            {
                foreach (var reader in readers) reader.MoveNext();
                yield return new RawSample($"'{Path.GetFileName(_path)}' sample {i}", RawKind.Numbers,
                    [.. readers.Select((reader, v) => reader.Current.Renamed(_values[v].Input))], _labels?[i]);
            }
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
    }

    public override IEnumerable<string> Keys(int skip, int count) => Enumerable.Range(skip, count).Select(i => $"{_path}#{i}");
}
