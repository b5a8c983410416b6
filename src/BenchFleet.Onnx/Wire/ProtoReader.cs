using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace BenchFleet.Onnx;

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>One field: its number, its scalar value or its payload, and the whole of it (tag included) for keeping it as it is.</summary>
internal readonly record struct Field(int Number, WireType Wire, ulong Value, Slice Payload, Slice Whole)
{
    public float AsFloat => BitConverter.UInt32BitsToSingle((uint)Value);
}

/// <summary>
/// Walks the fields of one message without copying. A fault is recorded once in the shared <see cref="ReadState"/> and ends every walk,
/// so readers need no error paths of their own and no exception is thrown over bad input.
/// </summary>
internal struct ProtoReader(ReadState state, Slice message)
{
    private long _position = message.Offset;

    /// <summary>
    /// False at the end of the message or at the first fault of the file. Compiled fully at once: most models are read once per process.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Next(out Field field)
    {
        field = default;
        if (state.Faulted || _position >= message.End)
            return false;

        var start = _position;
        var window = message.Source.Span(start, (int)Math.Min(20, message.End - start));
        var tagSize = Varint.Read(window, out var tag);
        if (tagSize is 0 or > 5 || tag >> 3 is 0 or > 0x1FFFFFFF)
            return state.Fail($"byte {start} does not start a protobuf field");

        var number = (int)(tag >> 3);
        window = window[tagSize..];
        var (value, size, payload) = (0UL, 0, 0UL);
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                size = Varint.Read(window, out value);
                break;
            case WireType.Fixed64 when window.Length >= 8:
                (value, size) = (BinaryPrimitives.ReadUInt64LittleEndian(window), 8);
                break;
            case WireType.Fixed32 when window.Length >= 4:
                (value, size) = (BinaryPrimitives.ReadUInt32LittleEndian(window), 4);
                break;
            case WireType.Bytes:
                size = Varint.Read(window, out payload);
                break;
            case WireType.Fixed32 or WireType.Fixed64:
                break;
            default:
                return state.Fail($"field {number} at byte {start} has wire type {tag & 7}, which ONNX does not use");
        }

        var from = start + tagSize + size;
        if (size == 0 || payload > (ulong)(message.End - from))
            return state.Fail($"field {number} at byte {start} ends beyond its message: the file is cut short or damaged");

        _position = from + (long)payload;
        field = new Field(number, (WireType)(tag & 7), value, new Slice(message.Source, from, (long)payload),
            new Slice(message.Source, start, _position - start));
        return true;
    }
}

internal static class Varint
{
    /// <summary>Bytes taken, or 0 when the number does not end within ten bytes or within the span.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
                return i + 1;
        }

        return 0;
    }

    public static int Write(Span<byte> target, ulong value)
    {
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            target[count++] = (byte)(value | 0x80);
        target[count++] = (byte)value;
        return count;
    }
}
