using System.Numerics;
using System.Runtime.InteropServices;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Folding;

/// <summary>
/// Elementwise operators on constants of Float, Int64 and Int32, with numpy broadcasting. Null for what it does not know.
/// </summary>
internal static class TensorArithmetic
{
    public static OnnxTensor? Binary(string operatorType, OnnxTensor a, OnnxTensor b)
    {
        if (a.ElementType != b.ElementType) return null;
        return a.ElementType switch
        {
            ElementType.Float => Binary<float>(operatorType, a, b),
            ElementType.Int64 => Binary<long>(operatorType, a, b),
            ElementType.Int32 => Binary<int>(operatorType, a, b),
            _ => null,
        };
    }

    public static OnnxTensor? Unary(string operatorType, OnnxTensor x)
    {
        if (x.ElementType == ElementType.Int64 && operatorType == "Neg")
            return OnnxTensor.Int64s(x.Name, x.Dims, Array.ConvertAll(x.ToInt64s(), value => -value));
        if (x.ElementType != ElementType.Float) return null;
        Func<float, float>? function = operatorType switch
        {
            "Sqrt" => MathF.Sqrt,
            "Neg" => static value => -value,
            "Reciprocal" => static value => 1 / value,
            "Abs" => MathF.Abs,
            "Floor" => MathF.Floor,
            "Ceil" => MathF.Ceiling,
            _ => null,
        };
        return function is null
            ? null
            : OnnxTensor.Floats(x.Name, x.Dims, Array.ConvertAll(x.AsFloats().ToArray(), value => function(value)));
    }

    /// <summary>Between Float, integers and Bool; other targets are left to the runtime.</summary>
    public static OnnxTensor? Cast(OnnxTensor x, ElementType type)
    {
        if (x.ElementType == type) return x;
        if (!(x.ElementType is ElementType.Float or ElementType.Int64 or ElementType.Int32 or ElementType.Bool)) return null;
        return type switch
        {
            ElementType.Float => OnnxTensor.Floats(x.Name, x.Dims, x.ToFloats()),
            ElementType.Int64 when Fits(x, long.MinValue, long.MaxValue) => OnnxTensor.Int64s(x.Name, x.Dims, x.ToInt64s()),
            ElementType.Int32 when Fits(x, int.MinValue, int.MaxValue) =>
                OnnxTensor.Int32s(x.Name, x.Dims, Array.ConvertAll(x.ToInt64s(), value => (int)value)),
            ElementType.Bool when x.ElementType != ElementType.Float =>
                OnnxTensor.Bools(x.Name, x.Dims, Array.ConvertAll(x.ToInt64s(), value => value != 0)),
            _ => null,
        };
    }

    /// <summary>What a cast does to values out of range is the processor's affair: not folded.</summary>
    private static bool Fits(OnnxTensor x, double least, double greatest) =>
        x.ElementType == ElementType.Float
            ? x.ToFloats().All(value => value > least && value < greatest)
            : x.ToInt64s().All(value => value >= least && value <= greatest);

    private static OnnxTensor? Binary<T>(string operatorType, OnnxTensor a, OnnxTensor b)
        where T : unmanaged, INumber<T>
    {
        Func<T, T, T>? function = operatorType switch
        {
            "Add" => static (x, y) => x + y,
            "Sub" => static (x, y) => x - y,
            "Mul" => static (x, y) => x * y,
            "Div" => static (x, y) => x / y,
            _ => null,
        };
        if (function is null || Broadcast(a.Dims, b.Dims) is not { } dims) return null;
        var left = MemoryMarshal.Cast<byte, T>(a.RawBytes);
        var right = MemoryMarshal.Cast<byte, T>(b.RawBytes);
        if (operatorType == "Div" && a.ElementType != ElementType.Float && right.Contains(T.Zero)) return null;

        var result = new T[dims.Aggregate(1L, (product, dim) => product * dim)];
        var (leftSteps, rightSteps) = (Steps(a.Dims, dims), Steps(b.Dims, dims));
        var at = new long[dims.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var (l, r) = (0L, 0L);
            for (var axis = 0; axis < dims.Length; axis++)
                (l, r) = (l + at[axis] * leftSteps[axis], r + at[axis] * rightSteps[axis]);
            result[i] = function(left[(int)l], right[(int)r]);
            for (var axis = dims.Length - 1; axis >= 0 && ++at[axis] == dims[axis]; axis--)
                at[axis] = 0;
        }

        return OnnxTensor.FromBytes(a.Name, a.ElementType, dims, MemoryMarshal.AsBytes<T>(result).ToArray());
    }

    private static long[]? Broadcast(IReadOnlyList<long> a, IReadOnlyList<long> b)
    {
        var rank = Math.Max(a.Count, b.Count);
        var dims = new long[rank];
        for (var i = 1; i <= rank; i++)
        {
            var (x, y) = (i <= a.Count ? a[^i] : 1, i <= b.Count ? b[^i] : 1);
            if (x != y && x != 1 && y != 1) return null;
            dims[^i] = x == 1 ? y : x;
        }

        return dims;
    }

    private static long[] Steps(IReadOnlyList<long> dims, long[] result)
    {
        var steps = new long[result.Length];
        var stride = 1L;
        for (var i = 1; i <= dims.Count; i++)
        {
            steps[^i] = dims[^i] == 1 ? 0 : stride;
            stride *= dims[^i];
        }

        return steps;
    }
}
