using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;
using BenchFleet.Samples;

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
    OracleFeed[]? Feeds = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private const int CalibrationSamples = 16;
    private const int HeldOutSamples = 8;

    /// <summary>The folded form of a public model is not kept as a file, so it cannot be compared.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "oracle"), "*.json.gz")
        .Select(file => Path.GetFileName(file)[..^".json.gz".Length])
        .Where(name => IsOfSample(name) || !name.Contains(".folded.", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>Fixtures of one kind of configuration: "calibrate-", "recurrent-", or the empty word for all others.</summary>
    public static IEnumerable<string> OfKind(string word)
    {
        string[] kinds = [".calibrate-", ".recurrent-"];
        return Names.Where(name => word.Length > 0
            ? name.Contains($".{word}", StringComparison.Ordinal)
            : !kinds.Any(kind => name.Contains(kind, StringComparison.Ordinal)));
    }

    public static bool IsOfSample(string name) => name.StartsWith("digits", StringComparison.Ordinal);

    public static OracleFixture Load(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "oracle", name + ".json.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<OracleFixture>(text, Json)!;
    }

    public OnnxModel Open() => Model == "digits-cnn.folded"
        ? ModelUnderTest.Read(OnnxFile.Open(Path.Combine(AppContext.BaseDirectory, "oracle", "digits-cnn.folded.onnx")))
        : ModelUnderTest.Named(Model).Open();

    public IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> Calibration() => Samples().Take(CalibrationSamples);

    public IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> HeldOut() => Samples().Skip(CalibrationSamples).Take(HeldOutSamples);

    private IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> Samples()
    {
        var size = (int)InputShape.Aggregate(1L, (product, dim) => product * dim);
        var next = IsOfSample(Model) ? Digits(size) : Random(size);
        return Enumerable.Range(0, CalibrationSamples + HeldOutSamples).Select(i => Sample(next(i)));
    }

    /// <summary>The first input follows the sequence, further ones are the same in all samples.</summary>
    private Dictionary<string, OnnxTensor> Sample(float[] values)
    {
        var first = Feeds?[0].Fill == "bytes"
            ? OnnxTensor.Int32s(InputName, InputShape, Array.ConvertAll(values, value => (int)MathF.Floor(value * 256)))
            : OnnxTensor.Floats(InputName, InputShape, values);
        return (Feeds ?? []).Skip(1).Select(feed => feed.Constant()).Prepend(first).ToDictionary(tensor => tensor.Name);
    }

    private static Func<int, float[]> Digits(int size)
    {
        var images = DrawnDigits.Generate(CalibrationSamples + HeldOutSamples, DrawnDigits.CalibrationSeed);
        return i => [.. images.Pixels.Skip(i * size).Take(size).Select(pixel => pixel / 255f)];
    }

    /// <summary>
    /// One sequence over all samples. The generator's state grows by one constant a number, so each sample can be drawn by itself.
    /// </summary>
    private static Func<int, float[]> Random(int size)
    {
        const ulong step = 0x9E3779B97F4A7C15;
        return i =>
        {
            var random = new SplitMix64(unchecked(42 + (ulong)(i * size) * step));
            return [.. Enumerable.Range(0, size).Select(_ => (float)random.NextUnit())];
        };
    }
}

/// <param name="Fill">"random", "bytes", or the number that all elements have.</param>
public sealed record OracleFeed(string Name, string Dtype, long[] Shape, string Fill)
{
    public OnnxTensor Constant()
    {
        var (count, value) = (Shape.Aggregate(1L, (product, dim) => product * dim), long.Parse(Fill, CultureInfo.InvariantCulture));
        return Dtype == "int64"
            ? OnnxTensor.Int64s(Name, Shape, [.. Enumerable.Repeat(value, (int)count)])
            : OnnxTensor.Floats(Name, Shape, [.. Enumerable.Repeat((float)value, (int)count)]);
    }
}

public sealed record OracleWeight(
    string Name, string? Dtype, long[] Shape, int? Axis, string Sha256, float[]? Scale,
    [property: JsonPropertyName("zero_point")] int[]? ZeroPoint);

public sealed record OracleActivation(string Name, string Dtype, float[] Scale, [property: JsonPropertyName("zero_point")] int[] ZeroPoint);
