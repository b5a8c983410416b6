using System.Buffers.Binary;
using System.Text;

namespace BenchFleet.Onnx;

/// <summary>
/// Builds one message. The structure is gathered in a buffer; weights stay where they are and are only remembered with their place, so
/// that writing streams them and a message length is known before its bytes are read.
/// </summary>
internal sealed class ProtoWriter
{
    private const int CopyBelow = 512;
    private readonly List<(int Position, Weight Weight)> _weights = [];
    private byte[] _buffer = new byte[4096];
    private int _used;
    private long _weightBytes;

    public long Length => _used + _weightBytes;

    public void Integer(int field, long value)
    {
        Tag(field, WireType.Varint);
        Number((ulong)value);
    }

    public void Float(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Reserve(4), value);
    }

    public void Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            TextAlways(field, value);
    }

    /// <summary>For repeated strings, where an empty one is an element (an omitted optional input).</summary>
    public void TextAlways(int field, string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Tag(field, WireType.Bytes);
        Number((ulong)size);
        Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Number((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    public void Payload(int field, Weight weight)
    {
        Tag(field, WireType.Bytes);
        Number((ulong)weight.ByteLength);
        Append(weight);
    }

    public void Verbatim(Slice fields) => Append(new StoredBytes(fields));

    public void Verbatim(RawFields fields)
    {
        foreach (var field in fields.Fields)
            Verbatim(field);
    }

    public void Packed(int field, ReadOnlySpan<long> values)
    {
        var mark = Begin(field);
        foreach (var value in values)
            Number((ulong)value);
        End(mark);
    }

    /// <summary>Opens a nested message; the mark goes back to <see cref="End"/>.</summary>
    public (int Start, int Weights, long Bytes) Begin(int field)
    {
        Tag(field, WireType.Bytes);
        Reserve(1);
        return (_used, _weights.Count, _weightBytes);
    }

    /// <summary>Closes a nested message: one byte was kept for its length; a longer length moves the content up.</summary>
    public void End((int Start, int Weights, long Bytes) mark)
    {
        var content = _used - mark.Start;
        Span<byte> length = stackalloc byte[10];
        var size = Varint.Write(length, (ulong)(content + _weightBytes - mark.Bytes));
        if (size > 1)
        {
            Reserve(size - 1);
            _buffer.AsSpan(mark.Start, content).CopyTo(_buffer.AsSpan(mark.Start + size - 1));
            for (var i = mark.Weights; i < _weights.Count; i++)
                _weights[i] = (_weights[i].Position + size - 1, _weights[i].Weight);
        }

        length[..size].CopyTo(_buffer.AsSpan(mark.Start - 1));
    }

    public void CopyTo(Stream target)
    {
        var done = 0;
        foreach (var (position, weight) in _weights)
        {
            target.Write(_buffer.AsSpan(done, position - done));
            weight.CopyTo(target);
            done = position;
        }

        target.Write(_buffer.AsSpan(done, _used - done));
    }

    private void Tag(int field, WireType wire) => Number(((ulong)field << 3) | (uint)wire);

    private void Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var size = Varint.Write(bytes, value);
        bytes[..size].CopyTo(Reserve(size));
    }

    private void Append(Weight weight)
    {
        if (weight.ByteLength <= CopyBelow)
        {
            weight.Bytes.CopyTo(Reserve((int)weight.ByteLength));
            return;
        }

        _weights.Add((_used, weight));
        _weightBytes += weight.ByteLength;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _used < count)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, checked(_used + count)));
        _used += count;
        return _buffer.AsSpan(_used - count, count);
    }
}
