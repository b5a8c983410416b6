using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Dynamic;

/// <summary>A constant weight of an LSTM: [directions, 4 * hidden, from], the gates one below another.</summary>
/// <param name="Home">The graph that holds it.</param>
internal sealed record RecurrentWeight(OnnxTensor Constant, OnnxGraph Home)
{
    public int Directions => (int)Constant.Dims[0];

    public int Rows => (int)Constant.Dims[1];

    public int From => (int)Constant.Dims[2];
}

/// <summary>An LSTM with constant float weights in the form that the runtime's integer kernel takes.</summary>
internal sealed record RecurrentLayer(OnnxNode Node, RecurrentWeight Input, RecurrentWeight Recurrence)
{
    public const string OnlyLstm = "of the recurrent layers the runtime has an integer kernel for LSTM alone";

    public long HiddenSize => Recurrence.From;

    public static bool IsRecurrent(OnnxNode node) => node.Is("LSTM") || node.Is("GRU") || node.Is("RNN");

    /// <summary>The layer, or why the node is none.</summary>
    public static (RecurrentLayer? Layer, string Reason) Of(OnnxNode node, GraphIndex index)
    {
        if (!node.Is("LSTM")) return (null, OnlyLstm);
        if (node.Attributes.Int("layout") != 0) return (null, "its batch comes first (layout = 1), which the integer kernel does not take");
        return Weight(node, 1, index) is { } input && Weight(node, 2, index) is { } recurrence && input.Rows == recurrence.Rows
            ? (new(node, input, recurrence), "")
            : (null, "its weights are no float constants of the shape [directions, 4 * hidden, from]");
    }

    private static RecurrentWeight? Weight(OnnxNode node, int slot, GraphIndex index) =>
        index.ConstantOf(node.Input(slot)) is { ElementType: ElementType.Float, Rank: 3, ElementCount: > 0 } constant
            ? new(constant, index.HomeOf(node.Input(slot))!)
            : null;
}
