namespace BenchFleet.Onnx;

/// <summary>TensorProto. A tensor whose bytes do not match its type and shape is a fault, so that every accessor can rely on it.</summary>
internal sealed class TensorReader(ReadState state)
{
    public OnnxTensor? Read(Slice message)
    {
        state.Spend(200);
        var dims = new List<long>();
        var (name, doc, type, location) = ("", "", 0L, 0L);
        var data = default(Field);
        var (typedField, entries) = (0, 0L);
        var external = new List<Slice>();
        var raw = default(RawFields.Builder);
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: state.Integers(field, dims, "a tensor's dims"); break;
                case 2: type = state.Integer(field, "a tensor's data type"); break;
                case 8: name = state.Text(field, "a tensor's name"); break;
                case 12: doc = state.Text(field, "a tensor's documentation"); break;
                case 14: location = state.Integer(field, "a tensor's data location"); break;
                case 9: data = state.IsBytes(field, "raw data") ? field : default; break;
                case 13: external.Add(field.Whole); break;
                case 4 or 5 or 6 or 7 or 10 or 11:
                    if (typedField != 0 && typedField != field.Number)
                        state.Fail($"tensor '{name}' has its data in fields {typedField} and {field.Number}");
                    typedField = field.Number;
                    entries += Entries(field);
                    break;
                default: raw.Add(state, field); break;
            }
        }

        if (Elements(dims, name) is not { } elements || state.Faulted)
            return null;
        if (location != 1)
        {
            foreach (var entry in external)
                raw.Add(state, new Field(13, WireType.Bytes, 0, default, entry));
        }

        var stored = new TensorData(state, message, name, (ElementType)type, elements);
        var weight = location switch
        {
            0 => stored.Inline(data, typedField, entries),
            1 when data.Payload.Length == 0 && typedField == 0 => stored.External(external),
            1 => stored.Fail("is external and has data of its own"),
            _ => stored.Fail($"has data location {location}, where 0 and 1 are known"),
        };
        return weight is null ? null : new OnnxTensor(name, (ElementType)type, [.. dims], weight) { DocString = doc, Raw = raw.Build() };
    }

    private long? Elements(List<long> dims, string name)
    {
        var product = Int128.One;
        foreach (var dim in dims)
        {
            if (dim < 0)
                state.Fail($"tensor '{name}' has a negative dimension {dim}");
            product = Int128.Min(product * dim, Int128.MaxValue >> 64);
        }

        if (dims.Contains(0))
            product = 0;
        if (product > long.MaxValue / 16)
            state.Fail($"tensor '{name}' of shape [{string.Join(",", dims.Take(8))}] has more elements than a file can hold");
        return state.Faulted ? null : (long)product;
    }

    /// <summary>How many values a typed field adds: one when not packed; else counted, without keeping them.</summary>
    private long Entries(in Field field)
    {
        if (field.Number == 6)
            return state.IsBytes(field, "string data") ? 1 : 0;
        var width = field.Number switch { 4 => 4, 10 => 8, _ => 0 };
        var single = width switch { 4 => WireType.Fixed32, 8 => WireType.Fixed64, _ => WireType.Varint };
        if (field.Wire == single)
            return 1;
        if (!state.IsBytes(field, "tensor data"))
            return 0;
        if (width > 0)
            return field.Payload.Length % width == 0 ? field.Payload.Length / width : Broken(field);
        return Varints(field);
    }

    private long Varints(in Field field)
    {
        if (field.Payload.Length > int.MaxValue)
            return Broken(field);
        var (count, run) = (0L, 0);
        foreach (var part in field.Payload.Span)
        {
            run++;
            if (part < 0x80)
                (count, run) = (count + 1, 0);
            else if (run == 10)
                return Broken(field);
        }

        return run == 0 ? count : Broken(field);
    }

    private long Broken(in Field field)
    {
        state.Fail($"tensor data (field {field.Number} at byte {field.Whole.Offset}) ends within a number");
        return 0;
    }
}
