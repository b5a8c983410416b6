using System.Globalization;

namespace BenchFleet.Onnx;

/// <summary>
/// Makes names that are free in the whole graph, subgraphs included, both as value and as node name (ONNX Runtime refuses two nodes of one
/// name). Deterministic: the wish itself, else the wish with the first free number.
/// </summary>
public sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    public UniqueNames(OnnxGraph graph) => Take(graph);

    public string Next(string wish)
    {
        if (_taken.Add(wish))
            return wish;
        var number = _next.GetValueOrDefault(wish, 1);
        string name;
        do
            name = string.Create(CultureInfo.InvariantCulture, $"{wish}_{number++}");
        while (!_taken.Add(name));
        _next[wish] = number;
        return name;
    }

    private void Take(OnnxGraph graph)
    {
        _taken.Add("");
        _taken.UnionWith(graph.Inputs.Select(value => value.Name));
        _taken.UnionWith(graph.Outputs.Select(value => value.Name));
        _taken.UnionWith(graph.ValueInfos.Select(value => value.Name));
        _taken.UnionWith(graph.Initializers.Select(tensor => tensor.Name));
        _taken.UnionWith(graph.SparseInitializers);
        foreach (var node in graph.Nodes)
        {
            _taken.Add(node.Name);
            _taken.UnionWith(node.Inputs);
            _taken.UnionWith(node.Outputs);
            foreach (var subgraph in node.Subgraphs())
                Take(subgraph);
        }
    }
}
