using BenchFleet.Compression.Layers;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>Two layers between which the scale of a channel is free: what the first gives more, the second can take less.</summary>
/// <param name="Between">What lies between them, in order; positive factors pass through it.</param>
/// <param name="Spread">Inputs of the second for one output of the first: above 1 behind a Flatten.</param>
internal sealed record LayerPair(WeightLayer First, WeightLayer Second, IReadOnlyList<OnnxNode> Between, int Spread)
{
    /// <summary>Inputs of the second that one output of the first becomes.</summary>
    public IEnumerable<int> InputsOf(int output) => Enumerable.Range(output * Spread, Spread);

    public float GreatestRead(int output)
    {
        var greatest = 0f;
        foreach (var input in InputsOf(output))
            greatest = Math.Max(greatest, Second.GreatestOfInput(input));
        return greatest;
    }

    /// <summary>Divides what the first gives and multiplies what the second makes of it.</summary>
    public void Move(int output, double factor)
    {
        First.ScaleOutput(output, 1 / factor);
        foreach (var input in InputsOf(output))
            Second.ScaleInput(input, factor);
    }
}
