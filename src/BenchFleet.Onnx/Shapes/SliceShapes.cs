using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>Slice, with NumPy's clamping of starts and ends.</summary>
internal static class SliceShapes
{
    public static void Slice(NodeShapes node)
    {
        var input = node.ShapeAt(0);
        if (input is null || !TryRanges(node, input.Rank, out var ranges))
        {
            node.Out(0, node.TypeAt(0), input is null ? null : new Shape([.. input.Dims.Select(_ => Dim.Unknown)]));
            return;
        }

        var shape = input;
        foreach (var (axis, start, end, step) in ranges)
            shape = shape.With(axis, Length(input[axis], start, end, step));
        node.Out(0, node.TypeAt(0), shape);
        if (node.Data(0) is { IsDefault: false } data && input.IsFixed && shape.IsFixed)
            node.OutData(0, Picked(data, input, shape, ranges));
    }

    private static bool TryRanges(NodeShapes node, int rank, out List<(int Axis, long Start, long End, long Step)> ranges)
    {
        ranges = [];
        if (!node.TryInts("starts", 1, out var starts) || !node.TryInts("ends", 2, out var ends) || starts is null || ends is null
            || !node.TryInts("axes", 3, out var axes) || !node.TryInts("steps", 4, out var steps) || ends.Length != starts.Length)
            return false;
        for (var i = 0; i < starts.Length; i++)
        {
            if ((axes is not null && i >= axes.Length) || (steps is not null && i >= steps.Length)
                || NodeShapes.Axis(axes?[i] ?? i, rank) is not { } axis || (steps?[i] ?? 1) == 0)
                return false;
            ranges.Add((axis, starts[i], ends[i], steps?[i] ?? 1));
        }

        return true;
    }

    private static Dim Length(Dim whole, long start, long end, long step)
    {
        if (whole.Value is { } length)
        {
            var (from, to) = Clamped(length, start, end, step);
            return DimMath.Of(Int128.Max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -(Int128)step));
        }

        // All of an axis of unknown length.
        return start == 0 && step == 1 && end >= int.MaxValue ? whole : Dim.Unknown;
    }

    private static ImmutableArray<Dim> Picked(ImmutableArray<Dim> data, Shape input, Shape output,
        List<(int Axis, long Start, long End, long Step)> ranges)
    {
        var strides = DataMath.Strides(input);
        var from = Int128.Zero;
        foreach (var (axis, start, end, step) in ranges)
        {
            from += Clamped(input[axis].Value!.Value, start, end, step).From * strides[axis];
            strides[axis] *= step;
        }

        return DataMath.Strided(data, from, [.. output.Select(dim => (Int128)dim.Value!.Value)], strides);
    }

    private static (Int128 From, Int128 To) Clamped(long length, long start, long end, long step)
    {
        var (from, to) = (start < 0 ? (Int128)start + length : start, end < 0 ? (Int128)end + length : end);
        return step > 0
            ? (Int128.Clamp(from, 0, length), Int128.Clamp(to, 0, length))
            : (Int128.Clamp(from, -1, (Int128)length - 1), Int128.Clamp(to, -1, (Int128)length - 1));
    }
}
