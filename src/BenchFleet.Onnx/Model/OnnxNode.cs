namespace BenchFleet.Onnx;

/// <summary>One operator call. An omitted optional input is an empty name, as in the format.</summary>
public sealed class OnnxNode
{
    public OnnxNode()
    {
    }

    public OnnxNode(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name = "", string domain = "")
    {
        (OpType, Name, Domain) = (opType, name, domain);
        Inputs = [.. inputs];
        Outputs = [.. outputs];
    }

    public string Name { get; set; } = "";

    public string OpType { get; set; } = "";

    /// <summary>"" (or "ai.onnx") for the standard operators.</summary>
    public string Domain { get; set; } = "";

    public string Overload { get; set; } = "";

    public string DocString { get; set; } = "";

    public List<string> Inputs { get; init; } = [];

    public List<string> Outputs { get; init; } = [];

    public AttributeList Attributes { get; init; } = [];

    internal RawFields Raw { get; init; } = RawFields.None;

    /// <summary>True for an operator of the standard domain.</summary>
    public bool Is(string opType) => OpType == opType && OpsetImports.IsDefault(Domain);

    /// <summary>The name at the slot, or "" where it is omitted or beyond the list.</summary>
    public string Input(int slot) => slot < Inputs.Count ? Inputs[slot] : "";

    public string Output(int slot) => slot < Outputs.Count ? Outputs[slot] : "";

    public bool HasInput(int slot) => Input(slot).Length > 0;

    /// <summary>Graphs held by attributes (If, Loop, Scan), in attribute order.</summary>
    public IEnumerable<OnnxGraph> Subgraphs() => Attributes.SelectMany(attribute => attribute.Graphs);

    public OnnxNode Clone() => new()
    {
        Name = Name,
        OpType = OpType,
        Domain = Domain,
        Overload = Overload,
        DocString = DocString,
        Inputs = [.. Inputs],
        Outputs = [.. Outputs],
        Attributes = [.. Attributes.Select(attribute => attribute.Clone())],
        Raw = Raw,
    };

    /// <summary>How messages name the node: by its name, else by what it makes.</summary>
    public override string ToString() => Name.Length > 0 ? $"{OpType} '{Name}'" : $"{OpType} that makes '{Output(0)}'";
}
