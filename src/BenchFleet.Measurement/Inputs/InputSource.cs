using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Inputs;

/// <summary>Reads the samples a launch is given.</summary>
public static class InputSource
{
    /// <exception cref="InvalidDataException">There are none, or they cannot be read; the message is one sentence.</exception>
    public static IReadOnlyList<IReadOnlyList<OnnxTensor>> Read(string path)
    {
        if (Directory.Exists(path)) return InputFolder.Read(path);
        if (!File.Exists(path)) throw new InvalidDataException($"There are no inputs at '{path}'.");
        var samples = PackedInputs.Read(path);
        return samples.Count > 0 ? samples : throw new InvalidDataException($"'{path}' holds no samples.");
    }
}
