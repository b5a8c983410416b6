using System.Runtime.CompilerServices;

namespace BenchFleet.Onnx;

/// <summary>GraphProto and NodeProto.</summary>
internal sealed class GraphReader(ReadState state)
{
    public OnnxGraph Read(Slice message)
    {
        var (name, doc) = ("", "");
        var (nodes, initializers, sparse) = (new List<OnnxNode>(), new InitializerList(), new List<string>());
        var (inputs, outputs, infos) = (new List<ValueInfo>(), new List<ValueInfo>(), new List<ValueInfo>());
        var raw = default(RawFields.Builder);
        var values = new ValueReader(state);
        var reader = new ProtoReader(state, message);
        state.Spend(400);
        if (!state.Enter())
            return new OnnxGraph();
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1 when state.IsBytes(field, "a node"): nodes.Add(Node(field.Payload)); break;
                case 2: name = state.Text(field, "the graph's name"); break;
                case 5 when state.IsBytes(field, "an initializer"): Initializer(field.Payload, initializers); break;
                case 10: doc = state.Text(field, "the graph's documentation"); break;
                case 11 when state.IsBytes(field, "a graph input"): inputs.Add(values.Read(field.Payload)); break;
                case 12 when state.IsBytes(field, "a graph output"): outputs.Add(values.Read(field.Payload)); break;
                case 13 when state.IsBytes(field, "a value's type"): infos.Add(values.Read(field.Payload)); break;
                default:
                    if (field.Number == 15)
                        sparse.Add(SparseName(field));
                    raw.Add(state, field);
                    break;
            }
        }

        state.Leave();
        return new OnnxGraph
        {
            Name = name,
            DocString = doc,
            Nodes = nodes,
            Initializers = initializers,
            SparseInitializers = sparse,
            Inputs = inputs,
            Outputs = outputs,
            ValueInfos = infos,
            Raw = raw.Build(),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public OnnxNode Node(Slice message)
    {
        state.Spend(300);
        var (name, opType, domain, overload, doc) = ("", "", "", "", "");
        var (inputs, outputs, attributes) = (new List<string>(), new List<string>(), new AttributeList());
        var raw = default(RawFields.Builder);
        var attributeReader = new AttributeReader(state, this);
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: inputs.Add(state.Text(field, "a node's input")); break;
                case 2: outputs.Add(state.Text(field, "a node's output")); break;
                case 3: name = state.Text(field, "a node's name"); break;
                case 4: opType = state.Text(field, "a node's operator"); break;
                case 5 when state.IsBytes(field, "an attribute"): attributes.Add(attributeReader.Read(field.Payload)); break;
                case 6: doc = state.Text(field, "a node's documentation"); break;
                case 7: domain = state.Text(field, "a node's domain"); break;
                case 8: overload = state.Text(field, "a node's overload"); break;
                default: raw.Add(state, field); break;
            }
        }

        return new OnnxNode
        {
            Name = name,
            OpType = opType,
            Domain = domain,
            Overload = overload,
            DocString = doc,
            Inputs = inputs,
            Outputs = outputs,
            Attributes = attributes,
            Raw = raw.Build(),
        };
    }

    private void Initializer(Slice message, InitializerList initializers)
    {
        if (new TensorReader(state).Read(message) is { } tensor && !initializers.TryAdd(tensor))
            state.Fail($"there are two initializers named '{tensor.Name}'");
    }

    private string SparseName(in Field field)
    {
        if (!state.IsBytes(field, "a sparse initializer"))
            return "";
        var reader = new ProtoReader(state, field.Payload);
        while (reader.Next(out var part))
        {
            if (part.Number == 1 && state.IsBytes(part, "a sparse initializer's values"))
                return TensorName(part.Payload);
        }

        return "";
    }

    private string TensorName(Slice tensor)
    {
        var reader = new ProtoReader(state, tensor);
        while (reader.Next(out var part))
        {
            if (part.Number == 8)
                return state.Text(part, "a sparse initializer's name");
        }

        return "";
    }
}
