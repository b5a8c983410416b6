namespace BenchFleet.Onnx;

/// <summary>ModelProto and FunctionProto.</summary>
internal sealed class ModelReader(ReadState state)
{
    public OnnxModel? Read(Slice message)
    {
        var (irVersion, modelVersion) = (0L, 0L);
        var (producer, producerVersion, domain, doc) = ("", "", "", "");
        var (opsets, functions) = (new OpsetImports(), new List<OnnxFunction>());
        var metadata = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        OnnxGraph? graph = null;
        var raw = default(RawFields.Builder);
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: irVersion = state.Integer(field, "the IR version"); break;
                case 2: producer = state.Text(field, "the producer's name"); break;
                case 3: producerVersion = state.Text(field, "the producer's version"); break;
                case 4: domain = state.Text(field, "the model's domain"); break;
                case 5: modelVersion = state.Integer(field, "the model's version"); break;
                case 6: doc = state.Text(field, "the model's documentation"); break;
                case 7 when graph is not null: state.Fail("it has two graphs"); break;
                case 7 when state.IsBytes(field, "the graph"): graph = new GraphReader(state).Read(field.Payload); break;
                case 8 when Opset(field) is var (name, version) && !opsets.Contains(name) && version != 0: opsets[name] = version; break;
                case 14 when Pair(field) is var (key, value) && metadata.TryAdd(key, value): break;
                case 25 when state.IsBytes(field, "a function"): functions.Add(Function(field)); break;
                default: raw.Add(state, field); break;
            }
        }

        if (graph is null)
            state.Fail(message.Length == 0 ? "it is empty" : "it has no graph");
        else if (irVersion <= 0)
            state.Fail("it has no IR version");
        if (state.Faulted)
            return null;
        return new OnnxModel(graph!, [message.Source, .. state.External?.Sources ?? []])
        {
            IrVersion = irVersion,
            ModelVersion = modelVersion,
            ProducerName = producer,
            ProducerVersion = producerVersion,
            Domain = domain,
            DocString = doc,
            OpsetImports = opsets,
            Metadata = metadata,
            Functions = functions,
            ExternalFiles = [.. state.External?.Locations ?? []],
            Raw = raw.Build(),
        };
    }

    private OnnxFunction Function(in Field function)
    {
        var (name, domain, overload, nodes) = ("", "", "", new List<OnnxNode>());
        var reader = new ProtoReader(state, function.Payload);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: name = state.Text(field, "a function's name"); break;
                case 7 when state.IsBytes(field, "a function's node"): nodes.Add(new GraphReader(state).Node(field.Payload)); break;
                case 10: domain = state.Text(field, "a function's domain"); break;
                case 13: overload = state.Text(field, "a function's overload"); break;
            }
        }

        return new OnnxFunction(function.Whole, domain, name, overload, nodes);
    }

    /// <summary>Null when there is more in the entry than a domain and a version; it is then kept as it was.</summary>
    private (string Domain, long Version)? Opset(in Field entry)
    {
        var (domain, version) = ("", 0L);
        if (!state.IsBytes(entry, "an opset import"))
            return null;
        var reader = new ProtoReader(state, entry.Payload);
        while (reader.Next(out var field))
        {
            if (field.Number == 1)
                domain = state.Text(field, "an opset's domain");
            else if (field.Number == 2)
                version = state.Integer(field, "an opset's version");
            else
                return null;
        }

        return (domain, version);
    }

    private (string Key, string Value)? Pair(in Field entry)
    {
        var (key, value) = ("", "");
        if (!state.IsBytes(entry, "a metadata entry"))
            return null;
        var reader = new ProtoReader(state, entry.Payload);
        while (reader.Next(out var field))
        {
            if (field.Number == 1)
                key = state.Text(field, "a metadata key");
            else if (field.Number == 2)
                value = state.Text(field, "a metadata value");
            else
                return null;
        }

        return (key, value);
    }
}
