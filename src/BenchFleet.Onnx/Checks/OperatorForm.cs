namespace BenchFleet.Onnx;

/// <summary>
/// The form of a node: attributes well made and of the kind their operator wants, required attributes and inputs there. Only what holds for
/// all opsets from 7 on is in the tables; operators that are not in them pass.
/// </summary>
internal static class OperatorForm
{
    /// <summary>Kinds of attributes that have one meaning across the standard operators.</summary>
    private static readonly Dictionary<string, AttributeKind> Kinds = Table("""
        Int: axis to keepdims group transA transB hidden_size blocksize ceil_mode count_include_pad allowzero batch_dims select_last_index
        Ints: axes pads strides dilations kernel_shape perm output_padding output_shape
        Float: alpha beta epsilon momentum gamma lambd
        String: auto_pad direction coordinate_transformation_mode nearest_mode equation
        Graph: then_branch else_branch body
        """).ToDictionary(entry => entry.Word, entry => Enum.Parse<AttributeKind>(entry.Heading), StringComparer.Ordinal);

    /// <summary>How many leading inputs must be there.</summary>
    private static readonly Dictionary<string, int> Inputs = Table("""
        1: Relu LeakyRelu Elu Selu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Gelu Erf Exp Log Sqrt Reciprocal Neg Abs Floor
        1: Ceil Round Sign Identity Clip Softmax LogSoftmax Not Cast Dropout MaxPool AveragePool GlobalAveragePool GlobalMaxPool LRN
        1: Flatten Transpose Squeeze Split Slice Pad Shape Size ConstantOfShape Concat Sum Mean Max Min ReduceMean ReduceSum ReduceMax
        1: ReduceMin ReduceProd ArgMax ArgMin If Unsqueeze DepthToSpace SpaceToDepth DynamicQuantizeLinear Resize
        2: Add Sub Mul Div Pow Equal Less Greater LessOrEqual GreaterOrEqual And Or Xor MatMul Gemm Conv ConvTranspose ConvInteger
        2: MatMulInteger PRelu Gather GatherElements GatherND Expand Tile QuantizeLinear DequantizeLinear LayerNormalization CastLike
        3: Where LSTM GRU RNN InstanceNormalization ScatterElements ScatterND OneHot Range
        5: BatchNormalization
        8: QLinearConv QLinearMatMul
        """).ToDictionary(entry => entry.Word, entry => entry.Heading[0] - '0', StringComparer.Ordinal);

    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["Cast"] = ["to"],
        ["Concat"] = ["axis"],
        ["MaxPool"] = ["kernel_shape"],
        ["AveragePool"] = ["kernel_shape"],
        ["LpPool"] = ["kernel_shape"],
        ["If"] = ["then_branch", "else_branch"],
        ["Loop"] = ["body"],
        ["Scan"] = ["body"],
        ["LRN"] = ["size"],
        ["DepthToSpace"] = ["blocksize"],
        ["SpaceToDepth"] = ["blocksize"],
        ["Einsum"] = ["equation"],
    };

    /// <summary>Ends of sentences that begin with the node.</summary>
    public static IEnumerable<string> Faults(OnnxNode node, long opset)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in node.Attributes)
        {
            if (!names.Add(attribute.Name))
                yield return $"has attribute '{attribute.Name}' twice";
            if (Fault(attribute, OpsetImports.IsDefault(node.Domain)) is { } fault)
                yield return $"has attribute '{attribute.Name}' {fault}";
        }

        if (!OpsetImports.IsDefault(node.Domain))
            yield break;
        for (var slot = 0; slot < Inputs.GetValueOrDefault(node.OpType); slot++)
        {
            if (!node.HasInput(slot))
                yield return $"lacks its required input {slot}";
        }

        foreach (var name in Required.GetValueOrDefault(node.OpType, []).Where(name => !names.Contains(name)))
            yield return $"lacks its required attribute '{name}'";
        if (node.OpType == "Constant" && node.Attributes.Count(attribute => IsConstantValue(attribute.Name)) != 1)
            yield return "needs exactly one value";
        if (opset >= 13 && (node.OpType is "Squeeze" or "Unsqueeze") && names.Contains("axes"))
            yield return $"has its axes as an attribute, which opset {opset} takes as an input";
    }

    private static string? Fault(OnnxAttribute attribute, bool standard)
    {
        if (attribute.Name.Length == 0)
            return "without a name";
        if (attribute.Reference.Length > 0)
            return "that refers to a function's attribute outside of a function";
        if (attribute.Kind == AttributeKind.Undefined)
            return "without a type";
        if (attribute is { Kind: AttributeKind.Tensor, Tensor: null } or { Kind: AttributeKind.Graph, Graph: null })
            return "without its value";
        if (standard && Kinds.TryGetValue(attribute.Name, out var kind) && kind != attribute.Kind)
            return $"of type {attribute.Kind}, where {kind} belongs";
        return null;
    }

    private static bool IsConstantValue(string name) =>
        name is "value" or "sparse_value" || name.StartsWith("value_", StringComparison.Ordinal);

    private static IEnumerable<(string Heading, string Word)> Table(string lines) =>
        from line in lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let parts = line.Split(':')
        from word in parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        select (parts[0], word);
}
