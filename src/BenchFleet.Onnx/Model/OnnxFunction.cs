namespace BenchFleet.Onnx;

/// <summary>A model-local function: an operator defined by nodes. Read only; its bytes are written back as they were.</summary>
public sealed class OnnxFunction
{
    internal OnnxFunction(Slice whole, string domain, string name, string overload, IReadOnlyList<OnnxNode> nodes) =>
        (Whole, Domain, Name, Overload, Nodes) = (whole, domain, name, overload, nodes);

    public string Domain { get; }

    public string Name { get; }

    public string Overload { get; }

    public IReadOnlyList<OnnxNode> Nodes { get; }

    internal Slice Whole { get; }
}
