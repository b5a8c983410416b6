using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>What ONNX Runtime's Python tool made of a model (tests/Fixtures/oracle/README.md).</summary>
public sealed record OracleFixture(
    string Model,
    string Config,
    [property: JsonPropertyName("input")] string InputName,
    [property: JsonPropertyName("input_shape")] long[] InputShape,
    OracleWeight[]? Weights,
    OracleActivation[]? Activations,
    [property: JsonPropertyName("sqnr_exact_db")] Dictionary<string, double?>? SqnrExactDb,
    OracleFeed[]? Feeds = null,
    [property: JsonPropertyName("calibration_samples")] int CalibrationSamples = 16,
    [property: JsonPropertyName("held_out_samples")] int HeldOutSamples = 8)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>>? _samples;

    private static IEnumerable<string> Names => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "oracle"), "*.json.gz")
        .Select(file => Path.GetFileName(file)[..^".json.gz".Length])
        .Order(StringComparer.Ordinal);

    /// <summary>
    /// Fixtures of one kind of configuration: "calibrate-", "recurrent-", or the empty word for all others. The folded form of a public model is
    /// not kept as a file, so what became of its weights cannot be compared.
    /// </summary>
    public static IEnumerable<string> OfKind(string word) => Names.Where(name => IsOfKind(name, word) && !IsFoldedPublic(name));

    /// <summary>Folded public models: ours folds them itself.</summary>
    public static IEnumerable<string> FoldedPublic(string word) => Names.Where(name => IsOfKind(name, word) && IsFoldedPublic(name));

    public static bool IsOfSample(string name) => name.StartsWith("digits", StringComparison.Ordinal);

    private static bool IsFoldedPublic(string name) => !IsOfSample(name) && name.Split('.').Contains("folded");

    private static bool IsOfKind(string name, string word)
    {
        string[] kinds = [".calibrate-", ".recurrent-"];
        return word.Length > 0
            ? name.Contains($".{word}", StringComparison.Ordinal)
            : !kinds.Any(kind => name.Contains(kind, StringComparison.Ordinal));
    }

    public static OracleFixture Load(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "oracle", name + ".json.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<OracleFixture>(text, Json)!;
    }

    /// <summary>The model as the tool saw it; of a folded public model the file that was folded.</summary>
    public OnnxModel Open() => Model == "digits-cnn.folded"
        ? ModelUnderTest.Read(OnnxFile.Open(Path.Combine(AppContext.BaseDirectory, "oracle", "digits-cnn.folded.onnx")))
        : ModelUnderTest.Named(Model.Split('.')[0]).Open();

    /// <summary>What a recipe begins with, so that ours sees what the tool saw.</summary>
    public string Preparation => IsFoldedPublic(Model) ? "graph.clean | " : "";

    public IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> Calibration() => Samples.Take(CalibrationSamples);

    public IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> HeldOut() => Samples.Skip(CalibrationSamples);

    private IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> Samples => _samples ??= OracleInputs.Of(this);
}

/// <param name="Fill">
/// "random", "bytes", "mosaic", "mnist" or "speech"; the number that all elements have; or the output of the float model that is carried from
/// window to window.
/// </param>
public sealed record OracleFeed(string Name, string Dtype, long[] Shape, string Fill)
{
    public int Size => (int)Shape.Aggregate(1L, (product, dim) => product * dim);

    public OnnxTensor Constant()
    {
        var value = long.Parse(Fill, CultureInfo.InvariantCulture);
        return Dtype == "int64"
            ? OnnxTensor.Int64s(Name, Shape, [.. Enumerable.Repeat(value, Size)])
            : OnnxTensor.Floats(Name, Shape, [.. Enumerable.Repeat((float)value, Size)]);
    }

    public OnnxTensor Tensor(float[] values) => OnnxTensor.Floats(Name, Shape, values);
}

public sealed record OracleWeight(
    string Name, string? Dtype, long[] Shape, int? Axis, string Sha256, float[]? Scale,
    [property: JsonPropertyName("zero_point")] int[]? ZeroPoint);

public sealed record OracleActivation(string Name, string Dtype, float[] Scale, [property: JsonPropertyName("zero_point")] int[] ZeroPoint);
