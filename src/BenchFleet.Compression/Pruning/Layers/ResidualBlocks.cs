using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Pruning.Sparsity;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Layers;

/// <summary>y = x + f(x): an Add whose one input the other is made from, through at least one layer with weights.</summary>
internal sealed record ResidualBlock(OnnxNode Add, string Input)
{
    public string Output => Add.Output(0);
}

internal static class ResidualBlocks
{
    /// <summary>In graph order. Blocks whose output a branch or the caller reads are left out: nothing could take its place.</summary>
    public static List<ResidualBlock> Of(OnnxModel model)
    {
        var (index, types) = (new GraphIndex(model.Graph), ShapeInference.Infer(model));
        var blocks = new List<ResidualBlock>();
        foreach (var add in model.Graph.Nodes.Where(node => node.Is("Add") && !index.IsOutput(node.Output(0)) && !index.Captured.Contains(node.Output(0))))
        {
            var input = IsMadeFrom(add.Input(0), add.Input(1), index) ? add.Input(1) : IsMadeFrom(add.Input(1), add.Input(0), index) ? add.Input(0) : null;
            if (input is not null && types.GetValueOrDefault(input) is { Shape: not null } type && type == types.GetValueOrDefault(add.Output(0)))
                blocks.Add(new(add, input));
        }

        return blocks;
    }

    /// <summary>Edits the model: what read the block's output reads its input.</summary>
    public static void Drop(OnnxModel model, IEnumerable<ResidualBlock> blocks)
    {
        // What goes into a block may come out of one that is gone already.
        var replaced = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var block in blocks)
        {
            var input = replaced.GetValueOrDefault(block.Input, block.Input);
            Graphs.ReplaceReads(model.Graph, block.Output, input);
            replaced[block.Output] = input;
        }

        Graphs.RemoveDead(model.Graph);
        Graphs.RemoveUnused(model.Graph);
    }

    private static bool IsMadeFrom(string value, string source, GraphIndex index)
    {
        if (value == source || index.ConstantOf(source) is not null) return false;
        var (waiting, seen, layers) = (new Stack<string>([value]), new HashSet<string>(StringComparer.Ordinal), false);
        var found = false;
        while (waiting.TryPop(out var name))
        {
            if (name == source) found = true;
            if (name == source || !seen.Add(name) || index.Producer(name) is not { } maker) continue;
            layers |= PrunableWeights.IsLayer(maker);
            foreach (var read in Captures.Reads(maker))
                waiting.Push(read);
        }

        return found && layers;
    }
}
