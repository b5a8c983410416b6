using BenchFleet.Compression.Kernels;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Dynamic;

/// <summary>Names of the constants that stand for a float weight.</summary>
internal sealed record IntegerWeight(string Codes, string Scale, string ZeroPoint);

/// <summary>
/// Codes of the weights, once for each, in the graph that holds the float one. They are computed when the model is written, weight by
/// weight: a model longer than memory passes through.
/// </summary>
internal sealed class DynamicWeights(UniqueNames names, DynamicQuantizationSettings settings)
{
    private readonly WeightFormat _format = WeightFormat.Of(settings.Weights, settings.SevenBits);
    private readonly Dictionary<(OnnxGraph Home, string Key, bool Recurrent), IntegerWeight> _known = [];

    public IntegerWeight Of(DenseLayer layer)
    {
        if (_known.TryGetValue((layer.Home, layer.Key, false), out var known)) return known;
        long[] dims = [layer.Rows, layer.Columns];
        int? axis = settings.PerChannel ? 1 : null;
        var scales = WeightQuantizer.Scales(layer.Weights, dims, _format, axis);
        var codes = Weight.Derived(
            layer.Constant.ElementCount, () => WeightQuantizer.Code(layer.Weights, dims, scales, _format, axis).Codes);
        return _known[(layer.Home, layer.Key, false)] = Add(layer.Home, layer.Key, dims, codes, scales, axis is null ? [] : [layer.Columns]);
    }

    /// <summary>
    /// One scale a direction, or one a row of each where the codes are signed: of rows the kernel wants one zero point. It wants the matrices
    /// turned: [directions, from, 4 * hidden].
    /// </summary>
    public IntegerWeight Of(RecurrentWeight weight)
    {
        var (home, key) = (weight.Home, weight.Constant.Name);
        if (_known.TryGetValue((home, key, true), out var known)) return known;
        var perRow = settings.PerChannel && _format.Codes.IsSigned;
        long[] rows = perRow
            ? [(long)weight.Directions * weight.Rows, weight.From]
            : [weight.Directions, (long)weight.Rows * weight.From];
        var scales = WeightQuantizer.Scales(weight.Constant.AsFloats(), rows, _format, axis: 0);
        var codes = Weight.Derived(weight.Constant.ElementCount, () => Turned(weight, WeightQuantizer.Code(weight.Constant.AsFloats(), rows, scales, _format, 0).Codes));
        return _known[(home, key, true)] = Add(
            home, key, [weight.Directions, weight.From, weight.Rows], codes, scales,
            perRow ? [weight.Directions, weight.Rows] : [weight.Directions]);
    }

    private IntegerWeight Add(OnnxGraph home, string key, long[] dims, Weight codes, LinearScale[] scales, long[] scaleDims)
    {
        var made = new IntegerWeight(names.Next(key + "_quantized"), names.Next(key + "_scale"), names.Next(key + "_zero_point"));
        home.Initializers.Add(OnnxTensor.FromWeight(made.Codes, _format.Codes.Type, dims, codes));
        home.Initializers.Add(OnnxTensor.Floats(made.Scale, scaleDims, Array.ConvertAll(scales, scale => scale.Scale)));
        home.Initializers.Add(OnnxTensor.FromBytes(
            made.ZeroPoint, _format.Codes.Type, scaleDims, _format.Codes.Bytes(Array.ConvertAll(scales, scale => scale.ZeroPoint))));
        return made;
    }

    private static byte[] Turned(RecurrentWeight weight, byte[] codes)
    {
        var each = weight.Rows * weight.From;
        return [.. Enumerable.Range(0, weight.Directions).SelectMany(d => Matrix.Transpose(codes.AsSpan(d * each, each), weight.Rows, weight.From))];
    }
}
