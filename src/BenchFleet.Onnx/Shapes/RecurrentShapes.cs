namespace BenchFleet.Onnx;

/// <summary>LSTM, GRU and RNN: Y [T, D, B, H], Y_h and Y_c [D, B, H]; with layout 1 the batch comes first.</summary>
internal static class RecurrentShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "LSTM")] = rules[("", "GRU")] = rules[("", "RNN")] = Recurrent;
        rules[(ShapeRules.Microsoft, "DynamicQuantizeLSTM")] = Recurrent;
    }

    private static void Recurrent(NodeShapes node)
    {
        var type = node.TypeAt(0);
        if (node.ShapeAt(0) is not { Rank: 3 } input)
        {
            for (var slot = 0; slot < 3; slot++)
                node.Out(slot, type, null);
            return;
        }

        Dim directions = node.Attributes.String("direction", "forward") == "bidirectional" ? 2 : 1;
        var recurrence = node.ShapeAt(2) is { Rank: 3 } weights ? weights[2] : Dim.Unknown;
        var width = node.Attributes.Int("hidden_size") is > 0 and var size ? size : recurrence;
        var batchFirst = node.Attributes.Int("layout") == 1;
        var (steps, batch) = batchFirst ? (input[1], input[0]) : (input[0], input[1]);
        node.Out(0, type, batchFirst ? Shape.Of(batch, steps, directions, width) : Shape.Of(steps, directions, batch, width));
        for (var slot = 1; slot < 3; slot++)
            node.Out(slot, type, batchFirst ? Shape.Of(batch, directions, width) : Shape.Of(directions, batch, width));
    }
}
