using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace BenchFleet.Onnx;

/// <summary>
/// AttributeProto. Only the field that its kind names is decoded; whatever else is in the message is kept. Files of IR 1 leave the kind
/// out, which is then seen from the first value field.
/// </summary>
internal sealed class AttributeReader(ReadState state, GraphReader graphs)
{
    private static readonly Dictionary<int, AttributeKind> Kinds =
        Enum.GetValues<AttributeKind>().Where(kind => kind != AttributeKind.Undefined).ToDictionary(FieldOf);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public OnnxAttribute Read(Slice message)
    {
        state.Spend(160);
        var (name, doc, reference, written) = ("", "", "", 0L);
        var values = default(RawFields.Builder);
        var (present, others) = (default(Field), 0);
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: name = state.Text(field, "an attribute's name"); break;
                case 13: doc = state.Text(field, "an attribute's documentation"); break;
                case 21: reference = state.Text(field, "an attribute's reference"); break;
                case 20: written = state.Integer(field, "an attribute's type"); break;
                default:
                    present = present.Number == 0 ? field : present;
                    others++;
                    break;
            }
        }

        var kind = written is > 0 and <= 14 ? (AttributeKind)written : KindOf(present.Number);
        if (written is < 0 or > 14)
            state.Fail($"attribute '{name}' has type {written}, where 0 to 14 are known");
        // Most attributes hold one value field, of their kind: no second walk.
        if (others == 1 && present.Number == FieldOf(kind) && reference.Length == 0 && Value([present], kind, name) is { } only)
            return OnnxAttribute.Read(name, kind, only, doc, reference, written != 0, RawFields.None);
        var value = reference.Length > 0
            ? null
            : Value(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Fields(message, kind)), kind, name);
        reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            if (field.Number is not (1 or 13 or 20 or 21) && (value is null || field.Number != FieldOf(kind)))
                values.Add(state, field);
        }

        return OnnxAttribute.Read(name, kind, value, doc, reference, written != 0, values.Build());
    }

    internal static int FieldOf(AttributeKind kind) => kind switch
    {
        AttributeKind.Float => 2,
        AttributeKind.Int => 3,
        AttributeKind.String => 4,
        AttributeKind.Tensor => 5,
        AttributeKind.Graph => 6,
        AttributeKind.Floats => 7,
        AttributeKind.Ints => 8,
        AttributeKind.Strings => 9,
        AttributeKind.Tensors => 10,
        AttributeKind.Graphs => 11,
        AttributeKind.TypeProto => 14,
        AttributeKind.TypeProtos => 15,
        AttributeKind.SparseTensor => 22,
        AttributeKind.SparseTensors => 23,
        _ => 0,
    };

    private static AttributeKind KindOf(int field) => Kinds.GetValueOrDefault(field);

    private List<Field> Fields(Slice message, AttributeKind kind)
    {
        var fields = new List<Field>();
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            if (field.Number == FieldOf(kind) && state.Spend(96))
                fields.Add(field);
        }

        return fields;
    }

    private object? Value(ReadOnlySpan<Field> fields, AttributeKind kind, string name)
    {
        if (kind is AttributeKind.Tensor or AttributeKind.Graph && fields.Length > 1)
            state.Fail($"attribute '{name}' has {fields.Length} values of type {kind}");
        if (state.Faulted)
            return null;
        return kind switch
        {
            AttributeKind.Float => fields.Length == 0 ? 0f : Floats(fields) is [.., var last] ? last : 0f,
            AttributeKind.Int => fields.Length == 0 ? 0L : state.Integer(fields[^1], $"attribute '{name}'"),
            AttributeKind.String => fields.Length == 0 ? ReadOnlyMemory<byte>.Empty : Bytes(fields[^1]),
            AttributeKind.Tensor => fields.Length == 0 ? null : Tensor(fields[0]),
            AttributeKind.Graph => fields.Length == 0 ? null : Graph(fields[0]),
            AttributeKind.Floats => Floats(fields),
            AttributeKind.Ints => Ints(fields),
            AttributeKind.Strings => Each(fields, Bytes),
            AttributeKind.Tensors => Each(fields, Tensor).OfType<OnnxTensor>().ToImmutableArray(),
            AttributeKind.Graphs => Each(fields, Graph),
            _ => null,
        };
    }

    private static ImmutableArray<T> Each<T>(ReadOnlySpan<Field> fields, Func<Field, T> read)
    {
        var items = ImmutableArray.CreateBuilder<T>(fields.Length);
        foreach (var field in fields)
            items.Add(read(field));
        return items.MoveToImmutable();
    }

    private ReadOnlyMemory<byte> Bytes(Field field) =>
        state.IsBytes(field, "a string attribute") && state.Spend(field.Payload.Length)
            ? field.Payload.Span.ToArray()
            : ReadOnlyMemory<byte>.Empty;

    private OnnxTensor? Tensor(Field field) =>
        state.IsBytes(field, "a tensor attribute") ? new TensorReader(state).Read(field.Payload) : null;

    private OnnxGraph Graph(Field field) => state.IsBytes(field, "a graph attribute") ? graphs.Read(field.Payload) : new OnnxGraph();

    private ImmutableArray<long> Ints(ReadOnlySpan<Field> fields)
    {
        var numbers = new List<long>();
        foreach (var field in fields)
            state.Integers(field, numbers, "an integer list");
        return [.. numbers];
    }

    private ImmutableArray<float> Floats(ReadOnlySpan<Field> fields)
    {
        var numbers = ImmutableArray.CreateBuilder<float>();
        foreach (var field in fields)
        {
            if (field.Wire == WireType.Fixed32)
                numbers.Add(field.AsFloat);
            else if (field.Wire != WireType.Bytes || field.Payload.Length % 4 != 0)
                state.Fail($"a float list (byte {field.Whole.Offset}) does not hold whole floats");
            else if (state.Spend(field.Payload.Length))
                numbers.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(field.Payload.Span));
        }

        return numbers.ToImmutable();
    }
}
