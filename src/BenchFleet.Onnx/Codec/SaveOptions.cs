namespace BenchFleet.Onnx;

/// <summary>How a model is written.</summary>
public sealed record SaveOptions
{
    public static SaveOptions Default { get; } = new();

    /// <summary>
    /// Initializers of at least so many bytes go to the external file. Null (default): all weights inline, unless the file would pass
    /// <see cref="InlineLimit"/>; then those of 1 KiB and more go out.
    /// </summary>
    public long? ExternalDataThreshold { get; init; }

    /// <summary>Name of the weight file in the model's folder; default: the model's file name with ".data" added.</summary>
    public string? ExternalDataFile { get; init; }

    /// <summary>Longest model file in bytes; protobuf readers stop at 2 GiB.</summary>
    public long InlineLimit { get; init; } = 2_000_000_000;
}
