using System.Collections.Immutable;
using System.Reflection;

namespace BenchFleet.Samples;

/// <summary>A model embedded in this assembly. How it was made: training/README.md beside the sources.</summary>
public sealed record SampleModel(string Name, string Description)
{
    public string FileName => Name + ".onnx";

    /// <summary>The ONNX file. The caller disposes the stream.</summary>
    public Stream Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream(FileName)
        ?? throw new InvalidOperationException($"The assembly was built without its resource {FileName}.");
}

/// <summary>
/// The models trained on <see cref="DrawnDigits"/>: input "input" float[batch,1,28,28] in 0..1, output "logits" float[batch,10].
/// </summary>
public static class SampleModels
{
    public static ImmutableArray<SampleModel> All { get; } =
    [
        new("digits-cnn", "Convolutional network: Conv-BatchNorm-ReLU with a residual and a depthwise-separable block."),
        new("digits-transformer", "Transformer encoder over the 28 rows of the image: two layers, LayerNorm, softmax attention, GELU."),
    ];

    /// <summary>
    /// Writes every model as NAME.onnx (folder created if absent, files replaced) and returns the paths, in the order of <see cref="All"/>.
    /// </summary>
    public static ImmutableArray<string> WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        return [.. All.Select(model => Write(model, Path.Combine(folder, model.FileName)))];
    }

    private static string Write(SampleModel model, string path)
    {
        using var source = model.Open();
        using var target = File.Create(path);
        source.CopyTo(target);
        return path;
    }
}
