using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Formats;

/// <summary>
/// The header of a NumPy array file (numpy.lib.format, versions 1 to 3): element type, shape, order. Little-endian numbers in C order only;
/// objects, strings and structures are refused, since they are Python's own.
/// </summary>
internal sealed partial record NpyHeader(ElementType ElementType, ImmutableArray<long> Shape)
{
    private const int LongestHeader = 1 << 16;

    public static NpyHeader Read(Stream stream, string where)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..8], 8, throwOnEndOfStream: false) < 8 || !IsMagic(start))
            throw new InvalidDataException($"{where} is not a NumPy array file.");
        int length;
        if (start[6] == 1)
        {
            stream.ReadExactly(start[8..10]);
            length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..10]);
        }
        else
        {
            stream.ReadExactly(start[8..12]);
            length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(start[8..12]), int.MaxValue);
        }

        if (length > LongestHeader) throw new InvalidDataException($"{where} has a header of {length} bytes.");
        var text = new byte[length];
        if (stream.ReadAtLeast(text, length, throwOnEndOfStream: false) < length)
            throw new InvalidDataException($"{where} ends within its header.");
        return Parse(Encoding.UTF8.GetString(text), where);
    }

    private static bool IsMagic(ReadOnlySpan<byte> start) => start[0] == 0x93 && start[1..6].SequenceEqual("NUMPY"u8);

    private static NpyHeader Parse(string text, string where)
    {
        var (type, order, shape) = (TypePattern().Match(text), OrderPattern().Match(text), ShapePattern().Match(text));
        if (!type.Success || !order.Success || !shape.Success)
            throw new InvalidDataException($"{where} has a header that is not type, order and shape.");
        var dims = shape.Groups["dims"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(dim => long.Parse(dim, CultureInfo.InvariantCulture)).ToImmutableArray();
        if (order.Groups["order"].Value == "True" && dims.Length > 1)
            throw new InvalidDataException($"{where} is in Fortran order: save it with numpy.ascontiguousarray.");
        return new NpyHeader(TypeOf(type.Groups["type"].Value, where), dims);
    }

    private static ElementType TypeOf(string name, string where) => name switch
    {
        "<f4" => ElementType.Float,
        "<f8" => ElementType.Double,
        "<f2" => ElementType.Float16,
        "|u1" => ElementType.UInt8,
        "|i1" => ElementType.Int8,
        "<u2" => ElementType.UInt16,
        "<i2" => ElementType.Int16,
        "<u4" => ElementType.UInt32,
        "<i4" => ElementType.Int32,
        "<u8" => ElementType.UInt64,
        "<i8" => ElementType.Int64,
        "|b1" => ElementType.Bool,
        _ => throw new InvalidDataException(
            $"{where} has elements '{name}', where little-endian numbers such as '<f4' or '|u1' are supported."),
    };

    [GeneratedRegex(@"'descr'\s*:\s*'(?<type>[^']{1,8})'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<order>True|False)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<dims>[0-9, ]{0,200})\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ShapePattern();
}
