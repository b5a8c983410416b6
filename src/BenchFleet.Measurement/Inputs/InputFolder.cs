using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Inputs;

/// <summary>
/// Samples as serialized tensors: a folder of folders with <c>input_N.pb</c> files (ONNX's test_data_set layout), one folder with such
/// files, or a folder of .pb files of which each is one sample of a model with one input.
/// </summary>
public static class InputFolder
{
    /// <exception cref="InvalidDataException">No tensor file is there, or one is not readable.</exception>
    public static IReadOnlyList<IReadOnlyList<OnnxTensor>> Read(string folder)
    {
        var samples = Samples(folder).ToList();
        return samples.Count > 0
            ? samples
            : throw new InvalidDataException(
                $"'{folder}' holds no serialized tensors: input_0.pb, test_data_set_0/input_0.pb or *.pb is expected.");
    }

    private static IEnumerable<IReadOnlyList<OnnxTensor>> Samples(string folder)
    {
        if (InputFiles(folder) is { Length: > 0 } own) return [Sample(own)];
        var sets = Directory.GetDirectories(folder).OrderBy(Number).Select(InputFiles).Where(files => files.Length > 0).ToList();
        return sets.Count > 0 ? sets.Select(Sample) : Files(folder, "*.pb").Select(file => Sample([file]));
    }

    private static string[] InputFiles(string folder) => Files(folder, "input_*.pb");

    private static string[] Files(string folder, string pattern) => [.. Directory.GetFiles(folder, pattern).OrderBy(Number)];

    // input_10 after input_9.
    private static (int Digits, string Name) Number(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return (name.Length, name);
    }

    private static OnnxTensor[] Sample(string[] files) => [.. files.Select(Tensor)];

    private static OnnxTensor Tensor(string file) => OnnxTensor.Parse(File.ReadAllBytes(file)) switch
    {
        TensorRead.Success read => read.Tensor,
        TensorRead.Refused refused => throw new InvalidDataException($"'{file}': {refused.Reason}"),
        var other => throw new InvalidOperationException($"Unknown result {other}."),
    };
}
