using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>ValueInfoProto, TypeProto and TensorShapeProto.</summary>
internal sealed class ValueReader(ReadState state)
{
    public ValueInfo Read(Slice message)
    {
        state.Spend(120);
        var (name, doc) = ("", "");
        StoredType? type = null;
        var plain = false;
        var raw = default(RawFields.Builder);
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: name = state.Text(field, "a value's name"); break;
                case 2 when type is not null: state.Fail($"value '{name}' has two types"); break;
                case 2 when state.IsBytes(field, "a value's type"): (type, plain) = Type(field); break;
                case 3: doc = state.Text(field, "a value's documentation"); break;
                default: raw.Add(state, field); break;
            }
        }

        return new ValueInfo(name, type?.ElementType ?? ElementType.Undefined, type?.Shape)
        {
            DocString = doc,
            StoredType = plain ? null : type,
            Raw = raw.Build(),
        };
    }

    /// <summary>The type, and whether element type and shape say all of it.</summary>
    private (StoredType Type, bool Plain) Type(in Field type)
    {
        var (isTensor, plain, fields) = (false, true, 0);
        var elementType = ElementType.Undefined;
        Shape? shape = null;
        var reader = new ProtoReader(state, type.Payload);
        while (reader.Next(out var field))
        {
            if (field.Number == 1 && state.IsBytes(field, "a tensor type"))
                (isTensor, plain, elementType, shape) = Tensor(field.Payload, plain);
            else
                plain = false;
            fields++;
        }

        plain &= isTensor && fields == 1 && elementType != ElementType.Undefined;
        return (new StoredType(type.Whole, isTensor, elementType, shape), plain);
    }

    private (bool IsTensor, bool Plain, ElementType Type, Shape? Shape) Tensor(Slice message, bool plain)
    {
        var (type, shape) = (ElementType.Undefined, (Shape?)null);
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            if (field.Number == 1)
                type = (ElementType)state.Integer(field, "an element type");
            else if (field.Number == 2 && shape is null && state.IsBytes(field, "a shape"))
                shape = ReadShape(field.Payload, ref plain);
            else
                plain = false;
        }

        return (true, plain, type, shape);
    }

    private Shape ReadShape(Slice message, ref bool plain)
    {
        var dims = ImmutableArray.CreateBuilder<Dim>();
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            if (field.Number == 1 && state.IsBytes(field, "a dimension") && state.Spend(40))
                dims.Add(ReadDim(field.Payload, ref plain));
            else
                plain = false;
        }

        return new Shape(dims.ToImmutable());
    }

    private Dim ReadDim(Slice message, ref bool plain)
    {
        var dim = Dim.Unknown;
        string? denotation = null;
        var reader = new ProtoReader(state, message);
        while (reader.Next(out var field))
        {
            switch (field.Number)
            {
                case 1: dim = Dim.Fixed(state.Integer(field, "a dimension")); break;
                case 2: dim = Dim.Named(state.Text(field, "a dimension's name")); break;
                case 3: denotation = state.Text(field, "a dimension's denotation"); break;
                default: plain = false; break;
            }
        }

        // A negative length is how some exporters write "unknown": it reads as unknown, and the file's own bytes are kept.
        if (dim.Value < 0 || dim.Symbol == "")
            (dim, plain) = (Dim.Unknown, false);
        return dim with { Denotation = denotation };
    }
}
