using BenchFleet.Compression.Calibration;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>What samples told of the inputs of layers. Calibration sees the values of the top graph, not those of bodies.</summary>
internal sealed class LayerGrams(OnnxGraph graph, CalibrationStatistics statistics)
{
    public static bool MaySee(DenseLayer layer, OnnxGraph graph) => ReferenceEquals(layer.Scope.Graph, graph);

    /// <summary>Null where no sample reached the layer, or none could.</summary>
    public GramMatrix? Of(DenseLayer layer) =>
        MaySee(layer, graph) && statistics.Values.GetValueOrDefault(layer.Node.Input(0))?.Gram is { } gram && gram.Size == layer.Rows ? gram : null;

    public string WhyNone(DenseLayer layer) =>
        MaySee(layer, graph) ? "no sample reached this layer" : "samples do not show what is read in a body of If, Loop or Scan";
}
