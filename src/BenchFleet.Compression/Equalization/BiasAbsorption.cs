using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>
/// High biases move on: where nearly all values of a channel lie above c, Relu(x) = Relu(x - c) + c, so the first layer's bias gives c up and
/// the second's takes W c on. What activations range over becomes smaller (Nagel et al., ICCV 2019, section 4.1.3).
/// </summary>
/// <remarks>
/// c = max(0, mean - 3 sigma) of the value before the Relu. Exact for values above c; the few below it are raised to it. Only without
/// padding in the second layer: zeros around the picture are no c.
/// </remarks>
internal static class BiasAbsorption
{
    private const double Sigmas = 3;

    /// <summary>What to observe: the value before the Relu of a first layer.</summary>
    public static (string Value, ValueWish Wish) Wish(LayerPair pair) => (pair.First.Output, new(
        Observation.Features, pair.First.IsConvolution ? FeatureAxis.Second : FeatureAxis.Last));

    /// <summary>Channels of the pair whose bias moved on.</summary>
    public static int Apply(LayerPair pair, CalibrationStatistics statistics, Findings findings)
    {
        if (Obstacle(pair) is { } reason)
        {
            findings.Skipped(pair.First.Node, $"its bias stays: {reason}");
            return 0;
        }

        if (statistics.Values.GetValueOrDefault(pair.First.Output)?.Features is not { } seen) return 0;
        var moved = 0;
        for (var channel = 0; channel < pair.First.Outputs; channel++)
        {
            var mean = seen.Sum[channel] / seen.Rows;
            var sigma = Math.Sqrt(Math.Max(0, seen.SquareSum[channel] / seen.Rows - mean * mean));
            var surplus = mean - Sigmas * sigma;
            if (!(surplus > 0 && double.IsFinite(surplus))) continue;
            Move(pair, channel, surplus);
            moved++;
        }

        return moved;
    }

    private static void Move(LayerPair pair, int channel, double surplus)
    {
        pair.First.AddToBias(channel, -surplus);
        foreach (var input in pair.InputsOf(channel))
        {
            foreach (var (output, sum) in pair.Second.SumsOfInput(input))
                pair.Second.AddToBias(output, surplus * sum);
        }
    }

    private static string? Obstacle(LayerPair pair)
    {
        if (!pair.First.MayHaveBias || !pair.Second.MayHaveBias) return "one of the two layers has no place for a bias";
        if (pair.Between.FirstOrDefault(node => !node.Is("Relu") && !node.Is("Flatten") && !node.Is("Reshape")) is { } other)
            return $"a constant does not pass through {other}";
        return IsPadded(pair.Second.Node) ? $"'{Findings.Name(pair.Second.Node)}' pads with zeros" : null;
    }

    private static bool IsPadded(OnnxNode node) => node.Is("Conv")
        && (node.Attributes.Ints("pads").Any(pad => pad != 0) || node.Attributes.String("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"));
}
