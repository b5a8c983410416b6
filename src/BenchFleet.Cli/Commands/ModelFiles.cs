using BenchFleet.Onnx;

namespace BenchFleet.Cli.Commands;

/// <summary>The files that make up a model: the ONNX file and the external data it names.</summary>
internal static class ModelFiles
{
    /// <summary>Paths relative to the model's folder; the model itself first.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return [Path.GetFileName(path), .. ExternalData.FilesOf(path).Where(file => File.Exists(Path.Combine(folder, file)))];
    }

    public static long SizeOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Of(path).Sum(file => new FileInfo(Path.Combine(folder, file)).Length);
    }
}
