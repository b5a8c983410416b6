namespace BenchFleet.Compression.Quantization;

/// <summary>Biases are int32 with zero point 0 and the scale of the products they are added to: input scale times weight scale.</summary>
internal static class BiasQuantizer
{
    /// <summary>ONNX Runtime's tool keeps this distance from the ends of int32.</summary>
    private const double Margin = 1.0001;

    private const double Steps = (double)int.MaxValue - (int.MinValue + 1);

    /// <param name="bias">One value per channel.</param>
    /// <returns>Codes, and one scale per weight scale.</returns>
    public static (int[] Codes, float[] Scales) Quantize(ReadOnlySpan<float> bias, float inputScale, LinearScale[] weightScales)
    {
        var scales = Array.ConvertAll(weightScales, weight => inputScale * weight.Scale);
        var codes = new int[bias.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            var rounded = Math.Round(bias[i] / (double)scales[scales.Length == 1 ? 0 : i], MidpointRounding.ToEven);
            codes[i] = (int)Math.Clamp(rounded, int.MinValue, int.MaxValue);
        }

        return (codes, scales);
    }

    /// <summary>
    /// A scale so small that the bias leaves int32 (weights near zero under a large bias) is raised until it fits; the weights lose
    /// precision that they do not need. Symmetric weights only, as in ONNX Runtime's tool. True when a scale was raised.
    /// </summary>
    public static bool RaiseTinyScales(LinearScale[] weightScales, LinearScale input, ReadOnlySpan<float> bias, WeightFormat format)
    {
        if (!format.Codes.IsSigned || !format.Symmetric) return false;
        var raised = false;
        for (var c = 0; c < weightScales.Length; c++)
        {
            var greatest = weightScales.Length == 1 ? Greatest(bias) : MathF.Abs(bias[c]);
            var least = Margin * (2.0 * greatest) / Steps;
            var scale = (double)input.Scale * weightScales[c].Scale;
            if (scale >= least || scale <= 0) continue;
            weightScales[c] = weightScales[c] with { Scale = (float)(weightScales[c].Scale * (least / scale)) };
            raised = true;
        }

        return raised;
    }

    private static float Greatest(ReadOnlySpan<float> values)
    {
        var greatest = 0f;
        foreach (var value in values)
            greatest = Math.Max(greatest, MathF.Abs(value));
        return greatest;
    }
}
