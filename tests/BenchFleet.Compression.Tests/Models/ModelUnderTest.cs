using BenchFleet.Onnx;
using BenchFleet.Samples;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Models;

/// <summary>A model and inputs that fit it: our samples, and the public models of the data folder.</summary>
public sealed record ModelUnderTest(string Name, SyntheticInputSettings Inputs)
{
    private static readonly SyntheticInputSettings Plain = SyntheticInputSettings.Default;

    public static IReadOnlyList<ModelUnderTest> Samples { get; } =
    [
        .. SampleModels.All.Select(model => new ModelUnderTest(model.Name, Plain)),
    ];

    public static IReadOnlyList<ModelUnderTest> Public { get; } =
    [
        new("magika-standard-v3_3", new() { Integers = new Dictionary<string, (long, long)> { ["bytes"] = (0, 255) } }),
        new("mnist-cnn-cntk-opset8", Plain),
        new("mnist-cnn-maxpool-nhwc", Plain),
        new("mnist-mlp-2x10", Plain),
        new("mnist-self-attention-medium", Plain),
        new("shufflenet-v2-12-int8", Plain),
        new(
            "silero-vad-16k-opset15",
            new() { Dims = Dims(("sequence", 512)), Integers = new Dictionary<string, (long, long)> { ["sr"] = (16000, 16000) } }),
        new("silero-vad-v3-2021", new() { Dims = Dims(("sequence", 1536)) }),
        new("super-resolution-10", Plain),
        new("ultraface-RFB-320", Plain),
    ];

    public static ModelUnderTest Named(string name) => Samples.Concat(Public).Single(model => model.Name == name);

    public OnnxModel Open()
    {
        if (SampleModels.All.FirstOrDefault(sample => sample.Name == Name) is not { } sample)
            return Read(OnnxFile.Open(TestData.Path($"models/{Name}.onnx")));
        using var stream = sample.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Read(OnnxFile.Parse(bytes.ToArray()));
    }

    public static OnnxModel Read(OnnxRead read) =>
        read is OnnxRead.Success(var model) ? model : throw new InvalidOperationException($"{read}");

    private static Dictionary<string, int> Dims(params (string Name, int Length)[] dims) =>
        dims.ToDictionary(dim => dim.Name, dim => dim.Length);
}

