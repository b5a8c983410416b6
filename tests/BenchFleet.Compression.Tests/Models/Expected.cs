namespace BenchFleet.Compression.Tests.Models;

/// <summary>The outcome of each model in each pass.</summary>
internal static class Expected
{
    /// <summary>
    /// Models whose only MatMul or Gemm, if any, have no constant weight at hand: convolutional, or all in branches of an If.
    /// </summary>
    private static readonly HashSet<string> WithoutDenseLayer =
    [
        "mnist-cnn-cntk-opset8", "super-resolution-10", "silero-vad-16k-opset15", "ultraface-RFB-320",
    ];

    /// <summary>Decisive words of the refusal, or null where the pass applies.</summary>
    public static string? Refusal(string model, string recipe)
    {
        var pass = recipe.Split('|')[^1].Trim().Split('(')[0];
        if (model == "shufflenet-v2-12-int8" && pass != "graph.clean")
            return "quantized already: it has 110 integer operators, 56 of them QLinearConv";
        return pass switch
        {
            // The weights of an LSTM and of a MatMul are put together by nodes, which graph.clean computes.
            "quantize.dynamic" when (model is "silero-vad-16k-opset15" or "mnist-cnn-cntk-opset8") && recipe.StartsWith("graph.clean", StringComparison.Ordinal) => null,
            "quantize.dynamic" when WithoutDenseLayer.Contains(model) => "no MatMul, Gemm or LSTM with constant float weights",
            "prune.channels" when model == "magika-standard-v3_3" => "none of its channels may go",
            "quantize.weights" when WithoutDenseLayer.Contains(model) => "no MatMul or Gemm with a constant float matrix",
            _ => null,
        };
    }

    /// <summary>
    /// Bounds of the passes, in dB, on inputs that are noise: a model that was trained on something else answers with small differences of
    /// large numbers, so real inputs do better (the oracle tests use some).
    /// </summary>
    public static double LeastSqnr(string model, string recipe)
    {
        var pass = recipe.Split('|')[^1].Trim();
        return pass.Split('(')[0] switch
        {
            "graph.clean" => 100,
            "equalize.layers" or "smooth.activations" => 80,
            "convert.fp16" => 40,
            "convert.bf16" => 25,
            "lowrank.svd" => 5,
            "quantize.weights" when pass.Contains("bits=8", StringComparison.Ordinal) => 30,
            "quantize.weights" when pass.Contains("bits=2", StringComparison.Ordinal) => 0,
            "quantize.codebook" when model.StartsWith("silero", StringComparison.Ordinal) => 0,
            // Its pointwise convolutions bear no four-bit weights: rounding one of them to int4 leaves less signal than noise too.
            "quantize.codebook" when model == "digits-cnn" => 2,
            "quantize.codebook" when pass.Contains("log2", StringComparison.Ordinal) => 5,
            // The probability of speech in noise is next to nothing, and so is the signal.
            "quantize.static" or "correct.bias" or "quantize.dynamic" when model == "silero-vad-16k-opset15" => 5,
            // No pruned model is close before it is fine-tuned; it loads and runs.
            "prune.channels" or "prune.magnitude" or "prune.pattern" => double.NegativeInfinity,
            _ => 10,
        };
    }
}
