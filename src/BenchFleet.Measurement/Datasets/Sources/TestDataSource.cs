using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>
/// The layout of the ONNX backend tests: test_data_set_N folders with input_K.pb (TensorProto), in the order of the graph's inputs. Made
/// for one model, so no preprocessing is applied. The expected outputs beside them are not read: fidelity is against the original model's
/// own.
/// </summary>
internal sealed class TestDataSource : SampleSource
{
    private const string SetPrefix = "test_data_set_";
    private const string InputPrefix = "input_";
    private const long LargestTensor = 1L << 30;

    private readonly List<string> _sets;

    public TestDataSource(string folder)
    {
        _sets = [.. Directory.GetDirectories(folder).Select(path => (Path: path, Number: NumberIn(Path.GetFileName(path), SetPrefix)))
            .Where(set => set.Number is not null).OrderBy(set => set.Number).Select(set => set.Path)];
        // A folder that is itself one set.
        if (_sets.Count == 0 && Inputs(folder).Any()) _sets = [folder];
        if (_sets.Count == 0)
            throw new InvalidDataException($"'{Path.GetFileName(folder)}' has neither {SetPrefix}0 nor {InputPrefix}0.pb.");
        if (_sets.Find(set => !Inputs(set).Any()) is { } empty)
            throw new InvalidDataException($"'{Path.GetFileName(empty)}' has no {InputPrefix}0.pb.");
    }

    public override int Count => _sets.Count;

    public override bool HasLabels => false;

    public override IEnumerable<RawSample> Read(int skip, int count) => _sets.Skip(skip).Take(count)
        .Select(set => new RawSample($"'{Path.GetFileName(set)}'", RawKind.Exact, [.. Inputs(set).Select(ReadTensor)], null));

    public override IEnumerable<string> Keys(int skip, int count) => _sets.Skip(skip).Take(count);

    private static ImmutableArray<string> Inputs(string set) =>
        [.. Directory.GetFiles(set, InputPrefix + "*.pb")
            .OrderBy(path => NumberIn(Path.GetFileNameWithoutExtension(path), InputPrefix) ?? int.MaxValue)];

    private static OnnxTensor ReadTensor(string path)
    {
        if (new FileInfo(path).Length > LargestTensor) throw new InvalidDataException($"'{Path.GetFileName(path)}' is larger than 1 GiB.");
        return OnnxTensor.Parse(File.ReadAllBytes(path)) switch
        {
            TensorRead.Success read => read.Tensor,
            TensorRead.Refused refused => throw new InvalidDataException($"'{Path.GetFileName(path)}': {refused.Reason}"),
            _ => throw new InvalidOperationException("A tensor is read or refused."),
        };
    }

    private static int? NumberIn(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
