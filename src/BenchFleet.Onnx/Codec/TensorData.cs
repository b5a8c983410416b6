using System.Globalization;

namespace BenchFleet.Onnx;

/// <summary>Turns the storage form of one tensor into a <see cref="Weight"/>, or says why its data cannot be right.</summary>
internal sealed class TensorData(ReadState state, Slice message, string name, ElementType type, long elements)
{
    private bool Known => type.BitWidth() > 0;

    public Weight? Fail(string what)
    {
        state.Fail($"tensor '{name}' {what}");
        return null;
    }

    public Weight? Inline(in Field raw, int typedField, long entries)
    {
        if (typedField == 0)
            return Raw(raw.Payload);
        if (raw.Payload.Length > 0)
            return Fail("has its data twice, raw and typed");
        if (type == ElementType.String && typedField == 6)
            return entries == elements ? new TypedWeight(message, 6, 0, 0) : Fail($"has {entries} strings, its shape needs {elements}");
        if (!Known || typedField != Field())
            return Fail($"of type {type} has its data in field {typedField}");

        var bytes = type.ByteCount(elements);
        var entryBytes = EntryBytes(typedField);
        if (entries * entryBytes != bytes)
            return Fail($"of {type} has {entries} stored values, its shape needs {bytes / entryBytes}");
        return bytes <= Array.MaxLength
            ? new TypedWeight(message, typedField, entryBytes, bytes)
            : Fail("has more typed data than can be decoded");
    }

    public Weight? External(List<Slice> entries)
    {
        var (location, offset, length) = ("", 0L, (long?)null);
        foreach (var entry in entries)
        {
            var (key, value) = Pair(entry);
            if (key == "location")
                location = value;
            else if (key is "offset" or "length")
            {
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return Fail($"has external {key} '{value}', which is not a number of bytes");
                if (key == "offset")
                    offset = number;
                else
                    length = number;
            }
        }

        if (state.Faulted || !Known)
            return Fail($"of type {type} cannot be external");
        var needed = type.ByteCount(elements);
        if (length is { } said && said != needed)
            return Fail($"has {said} bytes of external data, its shape needs {needed}");
        if (state.External is null)
            return Fail("has external data, and no folder to find it in was given");
        return state.External.Find(location, offset, needed, out var reason) is { } slice
            ? new StoredBytes(slice)
            : Fail($"cannot be read: {reason}");
    }

    private Weight? Raw(Slice payload)
    {
        if (type == ElementType.String && payload.Length > 0)
            return Fail("holds strings as raw data");
        if (Known && payload.Length != type.ByteCount(elements))
            return Fail($"of {type} has {payload.Length} bytes, its shape needs {type.ByteCount(elements)}");
        if (type == ElementType.String && elements > 0)
            return Fail($"has no strings, its shape needs {elements}");
        return payload.Source is null ? Weight.Owned(default) : new StoredBytes(payload);
    }

    private int Field() => type switch
    {
        ElementType.Float or ElementType.Complex64 => 4,
        ElementType.Int64 => 7,
        ElementType.Double or ElementType.Complex128 => 10,
        ElementType.UInt32 or ElementType.UInt64 => 11,
        _ => 5,
    };

    private int EntryBytes(int typedField) => typedField switch
    {
        4 => 4,
        7 or 10 => 8,
        _ => Math.Max(1, type.BitWidth() / 8),
    };

    private (string Key, string Value) Pair(Slice entry)
    {
        var (key, value) = ("", "");
        var outer = new ProtoReader(state, entry);
        if (!outer.Next(out var message) || !state.IsBytes(message, "an external data entry"))
            return (key, value);
        var reader = new ProtoReader(state, message.Payload);
        while (reader.Next(out var field))
        {
            if (field.Number == 1)
                key = state.Text(field, "an external data key");
            else if (field.Number == 2)
                value = state.Text(field, "an external data value");
        }

        return (key, value);
    }
}
