namespace BenchFleet.Onnx;

/// <summary>One graph and its subgraphs: single assignment, references, order, names.</summary>
internal sealed class GraphChecker(OnnxModel model, List<Finding> findings)
{
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);

    public void Check(OnnxGraph graph) => Check(graph, "graph", outer: null);

    private void Check(OnnxGraph graph, string where, Scope? outer)
    {
        var scope = new Scope(outer);
        foreach (var input in graph.Inputs)
            Define(input, where, scope, isOuterGraph: outer is null);
        var inputs = scope.Own.ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializers)
            CheckInitializer(tensor, inputs, where, scope);
        scope.Own.UnionWith(graph.SparseInitializers);

        var made = new HashSet<string>(graph.Nodes.SelectMany(node => node.Outputs), StringComparer.Ordinal);
        var misplaced = false;
        foreach (var node in graph.Nodes)
        {
            CheckNode(node, where);
            misplaced |= !CheckReads(node, where, scope, made);
            foreach (var output in node.Outputs.Where(name => name.Length > 0))
            {
                if (!scope.Own.Add(output))
                    Error(where, $"{node} makes '{output}', which exists already.");
                else if (outer?.Sees(output) == true)
                    findings.Add(new Finding(Severity.Warning, where,
                        $"{node} makes '{output}', which hides a value of the graph around it."));
            }
        }

        if (misplaced)
            Error(where, TopologicalSort.IsAcyclic(graph) ? "The nodes are not in topological order." : "The nodes form a cycle.");
        CheckOutputs(graph, where, scope);
    }

    private void Define(ValueInfo input, string where, Scope scope, bool isOuterGraph)
    {
        if (input.Name.Length == 0)
            Error(where, "An input has no name.");
        else if (!scope.Own.Add(input.Name))
            Error(where, $"There are two inputs named '{input.Name}'.");
        // Inputs of a subgraph may leave their type to be inferred.
        if (isOuterGraph && input is { IsTensor: true, ElementType: ElementType.Undefined })
            Error(where, $"Input '{input.Name}' has no element type.");
    }

    private void CheckInitializer(OnnxTensor tensor, HashSet<string> inputs, string where, Scope scope)
    {
        if (tensor.Name.Length == 0)
            Error(where, "An initializer has no name.");
        if (!scope.Own.Add(tensor.Name) && !inputs.Contains(tensor.Name))
            Error(where, $"There are two constants named '{tensor.Name}'.");
        if (!Enum.IsDefined(tensor.ElementType) || tensor.ElementType == ElementType.Undefined)
            Error(where, $"Initializer '{tensor.Name}' has element type {(int)tensor.ElementType}, which is not known.");
    }

    private void CheckNode(OnnxNode node, string where)
    {
        if (node.Name.Length > 0 && !_nodeNames.Add(node.Name))
            Error(where, $"There are two nodes named '{node.Name}'.");
        if (node.OpType.Length == 0)
            Error(where, $"Node '{node.Name}' has no operator.");
        if (!OpsetImports.IsDefault(node.Domain) && !model.OpsetImports.Contains(node.Domain))
            Error(where, $"{node} is of domain '{node.Domain}', which is not imported.");
        foreach (var message in OperatorForm.Faults(node, model.OpsetImports[""]))
            Error(where, $"{node} {message}.");
    }

    /// <summary>False when something is read that is made only later.</summary>
    private bool CheckReads(OnnxNode node, string where, Scope scope, HashSet<string> made)
    {
        var inOrder = true;
        foreach (var input in node.Inputs.Where(name => name.Length > 0 && !scope.Sees(name)))
        {
            if (made.Contains(input))
                inOrder = false;
            else
                Error(where, $"{node} reads '{input}', which nothing makes.");
        }

        foreach (var attribute in node.Attributes)
        {
            foreach (var subgraph in attribute.Graphs)
                Check(subgraph, $"{where} / {node} / {attribute.Name}", scope);
        }

        return inOrder;
    }

    private void CheckOutputs(OnnxGraph graph, string where, Scope scope)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in graph.Outputs)
        {
            if (!scope.Sees(output.Name))
                Error(where, $"Output '{output.Name}' is made by nothing.");
            if (!seen.Add(output.Name))
                Error(where, $"There are two outputs named '{output.Name}'.");
        }
    }

    /// <summary>
    /// Names made so far in a graph, and those of the graphs around it; chained, because a copy per branch would be quadratic.
    /// </summary>
    private sealed class Scope(Scope? outer)
    {
        public HashSet<string> Own { get; } = new(StringComparer.Ordinal);

        public bool Sees(string name) => Own.Contains(name) || outer?.Sees(name) == true;
    }

    private void Error(string where, string message) => findings.Add(new Finding(Severity.Error, where, message));
}
