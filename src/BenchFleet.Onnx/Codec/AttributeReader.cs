using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>
/// AttributeProto. Only the field that its kind names is decoded; whatever else is in the message is kept. Files of IR 1 leave the kind out,
/// which is then seen from the first value field.
/// </summary>
internal sealed class AttributeReader(ReadState state, GraphReader graphs)
{
    private static readonly Dictionary<int, AttributeKind> Kinds =
        Enum.GetValues<AttributeKind>().Where(kind => kind != AttributeKind.Undefined).ToDictionary(FieldOf);

    public OnnxAttribute Read(Slice message)
    {
        state.Spend(160);
        var (name, doc, reference, written) = ("", "", "", 0L);
        var values = default(RawFields.Builder);
        var present = AttributeKind.Undefined;
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
                    present = present == AttributeKind.Undefined ? KindOf(field.Number) : present;
                    break;
            }
        }

        var kind = written is > 0 and <= 14 ? (AttributeKind)written : present;
        if (written is < 0 or > 14)
            state.Fail($"attribute '{name}' has type {written}, where 0 to 14 are known");
        var value = reference.Length > 0 ? null : Value(message, kind, name);
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

    private object? Value(Slice message, AttributeKind kind, string name)
    {
        var fields = new List<Field>();
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            if (field.Number == FieldOf(kind) && state.Spend(96))
                fields.Add(field);
        }

        if (kind is AttributeKind.Tensor or AttributeKind.Graph && fields.Count > 1)
            state.Fail($"attribute '{name}' has {fields.Count} values of type {kind}");
        if (state.Faulted)
            return null;
        return kind switch
        {
            AttributeKind.Float => fields.Count == 0 ? 0f : Floats(fields).LastOrDefault(),
            AttributeKind.Int => fields.Count == 0 ? 0L : state.Integer(fields[^1], $"attribute '{name}'"),
            AttributeKind.String => fields.Count == 0 ? ReadOnlyMemory<byte>.Empty : Bytes(fields[^1]),
            AttributeKind.Tensor => fields.Count == 0 ? null : Tensor(fields[0]),
            AttributeKind.Graph => fields.Count == 0 ? null : Graph(fields[0]),
            AttributeKind.Floats => Floats(fields),
            AttributeKind.Ints => Ints(fields),
            AttributeKind.Strings => fields.Select(field => Bytes(field)).ToImmutableArray(),
            AttributeKind.Tensors => fields.Select(field => Tensor(field)).OfType<OnnxTensor>().ToImmutableArray(),
            AttributeKind.Graphs => fields.Select(field => Graph(field)).ToImmutableArray(),
            _ => null,
        };
    }

    private ReadOnlyMemory<byte> Bytes(in Field field) =>
        state.IsBytes(field, "a string attribute") && state.Spend(field.Payload.Length) ? field.Payload.Span.ToArray() : ReadOnlyMemory<byte>.Empty;

    private OnnxTensor? Tensor(in Field field) => state.IsBytes(field, "a tensor attribute") ? new TensorReader(state).Read(field.Payload) : null;

    private OnnxGraph Graph(in Field field) => state.IsBytes(field, "a graph attribute") ? graphs.Read(field.Payload) : new OnnxGraph();

    private ImmutableArray<long> Ints(List<Field> fields)
    {
        var numbers = new List<long>();
        foreach (var field in fields)
            state.Integers(field, numbers, "an integer list");
        return [.. numbers];
    }

    private ImmutableArray<float> Floats(List<Field> fields)
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
