using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Correction;

/// <summary>Takes an error out of a bias, in the form the bias has.</summary>
internal sealed class BiasWriter(OnnxGraph graph, UniqueNames names)
{
    public void Subtract(CorrectedLayer layer, ReadOnlySpan<float> error)
    {
        var index = new GraphIndex(graph);
        switch (layer.Form)
        {
            case BiasForm.Float:
                SubtractFloat(layer, error, index.ConstantOf(layer.Holder.Input(layer.Slot))!);
                break;
            case BiasForm.Integer:
                SubtractCodes(layer, error, index);
                break;
            case BiasForm.ToBeMade:
                Make(layer, error, index);
                break;
            default:
                throw new InvalidOperationException($"There is no way to change a bias of the form {layer.Form}.");
        }
    }

    private void SubtractFloat(CorrectedLayer layer, ReadOnlySpan<float> error, OnnxTensor bias)
    {
        var values = bias.ToFloats();
        for (var i = 0; i < values.Length; i++)
            values[i] -= error[i];
        layer.Holder.Inputs[layer.Slot] = Add(OnnxTensor.Floats(names.Next(bias.Name + "_corrected"), bias.Dims, values));
    }

    private void SubtractCodes(CorrectedLayer layer, ReadOnlySpan<float> error, GraphIndex index)
    {
        var source = index.Producer(layer.Holder.Input(layer.Slot))!;
        var (bias, scales) = (index.ConstantOf(source.Input(0))!, index.ConstantOf(source.Input(1))!.ToFloats());
        var codes = bias.AsInt32s().ToArray();
        for (var i = 0; i < codes.Length; i++)
            codes[i] = Saturated(codes[i] - Math.Round(error[i] / (double)scales[scales.Length == 1 ? 0 : i], MidpointRounding.ToEven));

        var name = Add(OnnxTensor.Int32s(names.Next(bias.Name + "_corrected"), bias.Dims, codes));
        if (index.Consumers(source.Output(0)).Count == 1)
        {
            source.Inputs[0] = name;
            return;
        }

        // Another layer reads the old bias.
        var own = source.Clone();
        (own.Name, own.Inputs[0], own.Outputs[0]) = (names.Next(source.Name), name, names.Next(source.Output(0)));
        graph.Nodes.Insert(graph.Nodes.IndexOf(source), own);
        layer.Holder.Inputs[layer.Slot] = own.Output(0);
    }

    /// <summary>An int32 bias with the scale of the products, as the integer kernels want it.</summary>
    private void Make(CorrectedLayer layer, ReadOnlySpan<float> error, GraphIndex index)
    {
        var input = index.ConstantOf(index.Producer(layer.Node.Input(0))!.Input(1))!.ToFloats()[0];
        var weights = index.ConstantOf(index.Producer(layer.Node.Input(1))!.Input(1))!;
        var scales = Array.ConvertAll(weights.ToFloats(), scale => new LinearScale(scale, 0));
        var (codes, products) = BiasQuantizer.Quantize(Negative(error), input, scales);

        var wish = layer.Value + "_bias";
        var inputs = new[]
        {
            Add(OnnxTensor.Int32s(names.Next(wish + "_quantized"), [codes.Length], codes)),
            Add(OnnxTensor.Floats(names.Next(wish + "_quantized_scale"), weights.Rank == 0 ? [] : [products.Length], products)),
        };
        var back = new OnnxNode("DequantizeLinear", inputs, [names.Next(wish)], names.Next(wish + "_DequantizeLinear"));
        if (weights.Rank > 0) back.Attributes.Set("axis", 0L);
        graph.Nodes.Insert(graph.Nodes.IndexOf(layer.Node), back);
        while (layer.Holder.Inputs.Count <= layer.Slot)
            layer.Holder.Inputs.Add("");
        layer.Holder.Inputs[layer.Slot] = back.Output(0);
    }

    private string Add(OnnxTensor tensor)
    {
        graph.Initializers.Add(tensor);
        return tensor.Name;
    }

    private static float[] Negative(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), value => -value);

    private static int Saturated(double value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
