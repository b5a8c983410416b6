namespace BenchFleet.Onnx;

/// <summary>Orders nodes so that each comes after the makers of what it reads, captures of subgraphs included.</summary>
public static class TopologicalSort
{
    /// <summary>
    /// Sorts the nodes in place. Stable: among the nodes that are ready, the earliest goes first, so a sorted graph stays as it is. False,
    /// with the graph unchanged, when there is a cycle.
    /// </summary>
    public static bool TrySort(OnnxGraph graph)
    {
        if (Order(graph) is not { } order)
            return false;
        var sorted = order.ConvertAll(index => graph.Nodes[index]);
        graph.Nodes.Clear();
        graph.Nodes.AddRange(sorted);
        return true;
    }

    public static bool IsAcyclic(OnnxGraph graph) => Order(graph) is not null;

    private static List<int>? Order(OnnxGraph graph)
    {
        var producer = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var output in graph.Nodes[i].Outputs)
                producer.TryAdd(output, i);
        }

        producer.Remove("");
        var waiting = new int[graph.Nodes.Count];
        var next = new List<int>[graph.Nodes.Count];
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var maker in Captures.Reads(graph.Nodes[i]).Where(producer.ContainsKey).Select(name => producer[name]).Distinct())
            {
                (next[maker] ??= []).Add(i);
                waiting[i]++;
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, waiting.Length).Where(i => waiting[i] == 0).Select(i => (i, i)));
        var order = new List<int>(waiting.Length);
        while (ready.TryDequeue(out var node, out _))
        {
            order.Add(node);
            foreach (var follower in next[node] ?? [])
            {
                if (--waiting[follower] == 0)
                    ready.Enqueue(follower, follower);
            }
        }

        return order.Count == waiting.Length ? order : null;
    }
}
