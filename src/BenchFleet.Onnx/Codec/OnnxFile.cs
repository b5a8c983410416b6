namespace BenchFleet.Onnx;

/// <summary>Reading and writing of model files.</summary>
public static partial class OnnxFile
{
    /// <summary>
    /// Maps the file and reads its structure; weights, external ones included, stay on disk until asked for. Anything wrong with the file,
    /// its absence included, is a refusal.
    /// </summary>
    public static OnnxRead Open(string path, ReadLimits? limits = null)
    {
        ByteSource source;
        try
        {
            if (Directory.Exists(path))
                return new OnnxRead.Refused($"'{path}' is a folder; a model file is needed.");
            source = MappedSource.Open(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new OnnxRead.Refused(fault is FileNotFoundException or DirectoryNotFoundException
                ? $"There is no file '{path}'."
                : $"'{path}' cannot be read: {fault.Message}");
        }

        return Read(source, $"'{path}'", ExternalFiles.Beside(path), limits);
    }

    /// <summary>Reads a model from memory. The buffer is not copied and must not change afterwards.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="limits">What the reading may cost.</param>
    /// <param name="folder">Where external data lies; without it a model with external data is refused.</param>
    public static OnnxRead Parse(ReadOnlyMemory<byte> bytes, ReadLimits? limits = null, string? folder = null) =>
        Read(new MemorySource(bytes), "The model", folder is null ? null : new ExternalFiles([folder]), limits);

    private static OnnxRead Read(ByteSource source, string what, ExternalFiles? external, ReadLimits? limits)
    {
        var state = new ReadState(limits ?? ReadLimits.Default, external);
        var model = new ModelReader(state).Read(new Slice(source, 0, source.Length));
        if (model is not null)
            return new OnnxRead.Success(model);

        source.Release();
        external?.Release();
        return new OnnxRead.Refused($"{what} is not a readable ONNX model: {state.Fault}.");
    }
}
