namespace BenchFleet.Onnx;

/// <summary>What a file may cost to read. Weights are mapped and count for nothing.</summary>
public sealed record ReadLimits
{
    public static ReadLimits Default { get; } = new();

    /// <summary>Subgraphs within subgraphs; real models stay below 10.</summary>
    public int Nesting { get; init; } = 64;

    /// <summary>Estimated memory of nodes, names, attributes and shapes, in bytes.</summary>
    public long StructureBytes { get; init; } = 1L << 30;
}
