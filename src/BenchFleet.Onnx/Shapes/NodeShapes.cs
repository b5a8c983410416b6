using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>What a shape rule sees of its node, and where it puts what it found.</summary>
internal sealed class NodeShapes(OnnxNode node, ShapeScope scope, DeclaredShapes declared)
{
    public OnnxNode Node => node;

    public ShapeScope Scope => scope;

    public AttributeList Attributes => node.Attributes;

    public long Opset => scope.Opset(node.Domain);

    public Shape? ShapeAt(int slot) => scope.Type(node.Input(slot)).Shape;

    public ElementType TypeAt(int slot) => scope.Type(node.Input(slot)).ElementType;

    /// <summary>Contents of a small integer input, entries possibly unknown; default where nothing is known.</summary>
    public ImmutableArray<Dim> Data(int slot) => node.HasInput(slot) ? scope.Data(node.Input(slot)) : default;

    /// <summary>Contents of a small integer input where every entry is known.</summary>
    public long[]? Numbers(int slot)
    {
        var data = Data(slot);
        return data.IsDefault || data.Any(entry => !entry.IsFixed) ? null : [.. data.Select(entry => entry.Value!.Value)];
    }

    public OnnxTensor? Constant(int slot) => node.HasInput(slot) ? scope.Constant(node.Input(slot)) : null;

    /// <summary>
    /// Integers that older opsets have as an attribute and newer ones as an input. False when they are there and not known.
    /// </summary>
    public bool TryInts(string attribute, int slot, out long[]? values)
    {
        values = null;
        if (Attributes.Has(attribute))
            values = [.. Attributes.Ints(attribute)];
        else if (node.HasInput(slot))
            values = Numbers(slot);
        else
            return true;
        return values is not null;
    }

    /// <summary>The derived type; where a part is unknown, what the file says fills in.</summary>
    public void Out(int slot, ElementType type, Shape? shape)
    {
        var name = node.Output(slot);
        var said = declared.Of(name);
        if (type == ElementType.Undefined)
            type = said.ElementType;
        scope.Set(name, new ValueType(type, Filled(shape, said.Shape)));
    }

    public void OutData(int slot, ImmutableArray<Dim> data)
    {
        if (!data.IsDefault)
            scope.SetData(node.Output(slot), data);
    }

    /// <summary>The axis counted from the front, or null when it is outside the rank.</summary>
    public static int? Axis(long axis, int rank)
    {
        if (axis < 0)
            axis += rank;
        return axis >= 0 && axis < rank ? (int)axis : null;
    }

    /// <summary>The axes counted from the front; null when one is outside the rank.</summary>
    public static HashSet<int>? Axes(IEnumerable<long> axes, int rank)
    {
        var result = new HashSet<int>();
        foreach (var axis in axes)
        {
            if (Axis(axis, rank) is not { } index)
                return null;
            result.Add(index);
        }

        return result;
    }

    public static long[] AllAxes(int rank) => [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];

    private static Shape? Filled(Shape? derived, Shape? said)
    {
        if (derived is null || said is null || derived.Rank != said.Rank)
            return derived ?? said;
        return new Shape([.. derived.Dims.Zip(said.Dims, (own, other) => own is { IsFixed: false, Symbol: null } ? other : own)]);
    }
}
