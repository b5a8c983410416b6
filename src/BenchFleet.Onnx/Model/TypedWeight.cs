using System.Buffers.Binary;

namespace BenchFleet.Onnx;

/// <summary>
/// Data in float_data, int32_data, int64_data, double_data, uint64_data or string_data. The message is walked again when the values are
/// wanted, and copied field by field when it is written, so the storage form survives a round trip and nothing is decoded for it.
/// </summary>
internal sealed class TypedWeight(Slice message, int field, int entryBytes, long byteLength) : Weight
{
    private byte[]? _bytes;

    public override long ByteLength => byteLength;

    public override ReadOnlySpan<byte> Bytes => _bytes ??= Decode();

    public override void CopyTo(Stream target) => target.Write(Bytes);

    public void WriteFields(ProtoWriter writer)
    {
        var reader = new ProtoReader(new ReadState(ReadLimits.Default), message);
        while (reader.Next(out var entry))
        {
            if (entry.Number == field)
                writer.Verbatim(entry.Whole);
        }
    }

    public IEnumerable<byte[]> Strings()
    {
        var result = new List<byte[]>();
        var reader = new ProtoReader(new ReadState(ReadLimits.Default), message);
        while (reader.Next(out var entry))
        {
            if (entry.Number == field)
                result.Add(entry.Payload.Span.ToArray());
        }

        return result;
    }

    private byte[] Decode()
    {
        var bytes = new byte[checked((int)byteLength)];
        var rest = bytes.AsSpan();
        var reader = new ProtoReader(new ReadState(ReadLimits.Default), message);
        while (reader.Next(out var entry) && !rest.IsEmpty)
        {
            if (entry.Number != field)
                continue;
            if (entry.Wire != WireType.Bytes)
                Put(ref rest, entry.Value);
            else if (field is 4 or 10)
                Copy(ref rest, entry.Payload.Span);
            else
                PutVarints(ref rest, entry.Payload.Span);
        }

        return bytes;
    }

    private void PutVarints(ref Span<byte> rest, ReadOnlySpan<byte> packed)
    {
        while (!packed.IsEmpty && !rest.IsEmpty)
        {
            packed = packed[Varint.Read(packed, out var value)..];
            Put(ref rest, value);
        }
    }

    private static void Copy(ref Span<byte> rest, ReadOnlySpan<byte> values)
    {
        values.CopyTo(rest);
        rest = rest[values.Length..];
    }

    /// <summary>int32_data carries narrow types in the low bytes of each entry, four-bit pairs included.</summary>
    private void Put(ref Span<byte> rest, ulong value)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
        wide[..entryBytes].CopyTo(rest);
        rest = rest[entryBytes..];
    }
}
