using BenchFleet.Onnx;

namespace BenchFleet.Cli.Commands;

/// <summary>The files that make up a model: the ONNX file and the external data it names.</summary>
internal static class ModelFiles
{
    /// <summary>Paths relative to the model's folder; the model itself first.</summary>
    public static IReadOnlyList<string> Of(string path, OnnxModel model) => [Path.GetFileName(path), .. model.ExternalFiles];

    public static long SizeOf(string path, OnnxModel model)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Of(path, model).Sum(file => new FileInfo(Path.Combine(folder, file)).Length);
    }
}
