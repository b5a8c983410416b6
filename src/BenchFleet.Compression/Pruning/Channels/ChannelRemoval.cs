using BenchFleet.Compression.Graph;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>Takes channels out of the model that a <see cref="ChannelGraph"/> was made of: all constants, sizes and shapes at once.</summary>
internal sealed class ChannelRemoval(ChannelGraph channels, IReadOnlySet<int> removed)
{
    private readonly OnnxGraph _graph = channels.Model.Graph;
    private readonly UniqueNames _names = new(channels.Model.Graph);

    /// <summary>Edits the model. Every value then has the shape that was foretold for it; anything else is a bug of a rule.</summary>
    public void Apply()
    {
        foreach (var edit in channels.Edits)
            edit(this);
        foreach (var cut in Cut.Of(channels, this).GroupBy(cut => cut.Constant.Name))
            Replace([.. cut]);
        Graphs.RemoveDead(_graph);
        Graphs.RemoveUnused(_graph);
        for (var i = 0; i < _graph.ValueInfos.Count; i++)
            _graph.ValueInfos[i] = Foretold(_graph.ValueInfos[i]);
        Verify();
    }

    public bool Keeps(int channel) => !removed.Contains(channels.Sets.Find(channel));

    public int Kept(ReadOnlySpan<int> row)
    {
        var count = 0;
        foreach (var channel in row)
            count += Keeps(channel) ? 1 : 0;
        return count;
    }

    public int[] KeptPlaces(int[] row) => [.. Enumerable.Range(0, row.Length).Where(place => Keeps(row[place]))];

    /// <summary>Lets the node read other integers than the constant it reads now; others that read it are not concerned.</summary>
    public void SetIntegers(OnnxNode node, int slot, OnnxTensor old, long[] values)
    {
        if (old.ToInt64s().AsSpan().SequenceEqual(values)) return;
        SetIntegers(node, slot, old.ElementType, [values.Length], values, old.Name);
    }

    public void SetIntegers(OnnxNode node, int slot, ElementType type, long[] dims, long[] values, string wish)
    {
        var name = _names.Next(wish + "_pruned");
        _graph.Initializers.Add(type == ElementType.Int32
            ? OnnxTensor.Int32s(name, dims, [.. values.Select(value => (int)value)])
            : OnnxTensor.Int64s(name, dims, values));
        while (node.Inputs.Count <= slot)
            node.Inputs.Add("");
        node.Inputs[slot] = name;
    }

    /// <summary>A constant that all its readers cut alike keeps its name.</summary>
    private void Replace(Cut[] cuts)
    {
        var name = cuts[0].Constant.Name;
        var alike = cuts.GroupBy(cut => cut.Form).ToList();
        var isOwn = alike.Count == 1 && _graph.Initializers.Contains(name) && !channels.Index.Captured.Contains(name)
            && !channels.Index.IsOutput(name) && channels.Index.Consumers(name).Count == cuts.Length && cuts.All(cut => cut.Node.Input(cut.Slot) == name);
        foreach (var group in alike)
        {
            var cut = group.First();
            var tensor = TensorCut.Of(cut.Constant, cut.Places, isOwn ? name : _names.Next(name + "_pruned"));
            _graph.Initializers.Replace(tensor);
            foreach (var (node, slot) in group.Select(one => (one.Node, one.Slot)))
                node.Inputs[slot] = tensor.Name;
        }
    }

    private ValueInfo Foretold(ValueInfo value) =>
        value.Shape is { } shape && channels.Values.TryGetValue(value.Name, out var along) && along.Axis < shape.Rank
            ? value with { Shape = shape.With(along.Axis, Kept(along.Channels)) }
            : value;

    private void Verify()
    {
        var types = ShapeInference.Infer(channels.Model);
        foreach (var (name, along) in channels.Values)
        {
            if (types.GetValueOrDefault(name)?.Shape is not { } shape) continue;
            if (along.Axis >= shape.Rank || (shape[along.Axis].Value is { } length && length != Kept(along.Channels)))
                throw new InvalidOperationException($"'{name}' became {shape}; {Kept(along.Channels)} channels were foretold along axis {along.Axis}.");
        }
    }

    /// <summary>All cuts of one input of one node.</summary>
    private sealed record Cut(OnnxNode Node, int Slot, OnnxTensor Constant, SortedDictionary<int, int[]> Places)
    {
        public string Form { get; } = string.Join(';', Places.Select(pair => $"{pair.Key}:{string.Join(',', pair.Value)}"));

        public static List<Cut> Of(ChannelGraph channels, ChannelRemoval removal)
        {
            var cuts = new List<Cut>();
            foreach (var input in channels.Cuts.GroupBy(cut => (cut.Node, cut.Slot)))
            {
                var places = new SortedDictionary<int, int[]>(input.ToDictionary(cut => cut.Axis, cut => removal.KeptPlaces(cut.Channels)));
                var whole = input.All(cut => places[cut.Axis].Length == cut.Channels.Length);
                var (node, slot) = input.Key;
                if (!whole) cuts.Add(new(node, slot, channels.Index.ConstantOf(node.Input(slot))!, places));
            }

            return cuts;
        }
    }
}
