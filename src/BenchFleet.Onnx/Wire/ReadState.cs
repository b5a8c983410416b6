using System.Runtime.CompilerServices;
using System.Text;

namespace BenchFleet.Onnx;

/// <summary>What one reading shares: the limits, what it has spent of them, and the first fault found.</summary>
internal sealed class ReadState(ReadLimits limits, ExternalFiles? external = null)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private long _spent;
    private int _depth;

    public string? Fault { get; private set; }

    public bool Faulted => Fault is not null;

    public ExternalFiles? External => external;

    /// <summary>Records the first fault; always false, so that a reader can return it.</summary>
    public bool Fail(string fault)
    {
        Fault ??= fault;
        return false;
    }

    /// <summary>Counts the memory a part of the structure will take: a small file must not unfold into a large heap.</summary>
    public bool Spend(long bytes)
    {
        _spent += bytes;
        return _spent <= limits.StructureBytes || Fail($"the graph structure needs more than {limits.StructureBytes} bytes of memory");
    }

    public bool Enter() => ++_depth <= limits.Nesting || Fail($"subgraphs are nested deeper than {limits.Nesting}");

    public void Leave() => _depth--;

    /// <summary>Expects a length-delimited field.</summary>
    public bool IsBytes(in Field field, string what) =>
        field.Wire == WireType.Bytes || Fail($"{what} (field {field.Number} at byte {field.Whole.Offset}) is a number where bytes belong");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public string Text(in Field field, string what)
    {
        if (!IsBytes(field, what) || !Spend(40 + 2 * field.Payload.Length))
            return "";
        try
        {
            var text = StrictUtf8.GetString(field.Payload.Span);
            if (text.Length > 24)
                return text;
            if (_shared.TryGetValue(text, out var known))
                return known;
            _shared[text] = text;
            return text;
        }
        catch (DecoderFallbackException)
        {
            Fail($"{what} (byte {field.Payload.Offset}) is not UTF-8 text");
            return "";
        }
    }

    public long Integer(in Field field, string what)
    {
        if (field.Wire != WireType.Varint)
            Fail($"{what} (field {field.Number} at byte {field.Whole.Offset}) is not an integer");
        return (long)field.Value;
    }

    /// <summary>A repeated integer field arrives packed or one by one; both append here.</summary>
    public void Integers(in Field field, List<long> target, string what)
    {
        if (field.Wire == WireType.Varint)
        {
            if (Spend(8))
                target.Add((long)field.Value);
            return;
        }

        if (!IsBytes(field, what) || !Spend(8 * field.Payload.Length))
            return;
        var bytes = field.Payload.Span;
        while (!bytes.IsEmpty)
        {
            var size = Varint.Read(bytes, out var value);
            if (size == 0)
            {
                Fail($"{what} (byte {field.Payload.Offset}) holds a number that does not end");
                return;
            }

            target.Add((long)value);
            bytes = bytes[size..];
        }
    }
}
