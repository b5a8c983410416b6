using BenchFleet.Compression.Layers;
using BenchFleet.Compression.Numerics;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Factorization;

/// <summary>Puts two thin layers where one was.</summary>
internal sealed class FactorWriter(OnnxGraph graph, UniqueNames names)
{
    /// <summary>W [inputs x window, outputs], row-major.</summary>
    public static double[] Matrix(WeightLayer layer)
    {
        var matrix = new double[(long)layer.Inputs * layer.Window * layer.Outputs];
        for (var input = 0; input < layer.Inputs; input++)
        {
            for (var output = 0; output < layer.Outputs; output++)
            {
                for (var place = 0; place < layer.Window; place++)
                    matrix[(input * layer.Window + place) * layer.Outputs + output] = layer.Weights[layer.At(output, input) + place];
            }
        }

        return matrix;
    }

    public void Write(WeightLayer layer, OutputSubspace space, int rank)
    {
        if (space.Mean is { } mean) KeepMean(layer, mean, space.Directions[..rank]);
        layer.WriteBias(graph, names, "_lowrank");
        var (first, second) = Factors(layer, space.Directions, rank);
        var node = layer.Node;
        var (name, middle) = (Passes.Findings.Name(node), names.Next(node.Output(0) + "_rank"));
        var (u, v) = (names.Next(name + "_U"), names.Next(name + "_V"));
        var before = new OnnxNode(node.OpType, [node.Input(0), u], [middle], names.Next(name + "_rank"));
        if (layer.IsConvolution) WriteConvolutions(layer, before, (u, first), (v, second), rank);
        else WriteMatrices(layer, (u, first), (v, second), rank);

        (node.Inputs[0], node.Inputs[1]) = (middle, v);
        graph.Nodes.Insert(graph.Nodes.IndexOf(node), before);
    }

    /// <summary>W V and Vᵀ, the length of each direction shared evenly between both: neither is harder to quantize than the other.</summary>
    private static (double[][] First, double[][] Second) Factors(WeightLayer layer, double[][] directions, int rank)
    {
        var (matrix, rows, columns) = (Matrix(layer), layer.Inputs * layer.Window, layer.Outputs);
        var (first, second) = (new double[rank][], new double[rank][]);
        for (var k = 0; k < rank; k++)
        {
            var product = new double[rows];
            for (var row = 0; row < rows; row++)
                product[row] = ColumnMath.Dot(matrix.AsSpan(row * columns, columns), directions[k]);
            var root = Math.Sqrt(Math.Sqrt(ColumnMath.Dot(product, product)));
            var share = root > 0 ? root : 1;
            first[k] = Array.ConvertAll(product, value => value / share);
            second[k] = Array.ConvertAll(directions[k], value => value * share);
        }

        return (first, second);
    }

    /// <summary>The part of the mean output that the directions do not carry.</summary>
    private static void KeepMean(WeightLayer layer, double[] mean, double[][] directions)
    {
        var rest = (double[])mean.Clone();
        foreach (var direction in directions)
            ColumnMath.Add(rest, -ColumnMath.Dot(mean, direction), direction);
        for (var output = 0; output < rest.Length; output++)
            layer.AddToBias(output, rest[output]);
    }

    private void WriteMatrices(WeightLayer layer, (string Name, double[][] Columns) u, (string Name, double[][] Rows) v, int rank)
    {
        layer.Node.Attributes.Remove("transB");
        Add(u.Name, [layer.Inputs, rank], i => u.Columns[i % rank][i / rank]);
        Add(v.Name, [rank, layer.Outputs], i => v.Rows[i / layer.Outputs][i % layer.Outputs]);
    }

    private void WriteConvolutions(
        WeightLayer layer, OnnxNode before, (string Name, double[][] Columns) u, (string Name, double[][] Rows) v, int rank)
    {
        var (node, per) = (layer.Node, layer.Inputs * layer.Window);
        var spatial = layer.Dims.Skip(2).ToArray();
        foreach (var attribute in node.Attributes)
            before.Attributes.Set(attribute);
        foreach (var name in before.Attributes.Select(attribute => attribute.Name))
            node.Attributes.Remove(name);
        node.Attributes.Set("kernel_shape", spatial.Select(_ => 1L));
        Add(u.Name, [rank, layer.Inputs, .. spatial], i => u.Columns[i / per][i % per]);
        Add(v.Name, [layer.Outputs, rank, .. spatial.Select(_ => 1L)], i => v.Rows[i % rank][i / rank]);
    }

    private void Add(string name, long[] dims, Func<int, double> value)
    {
        var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)value(i);
        graph.Initializers.Add(OnnxTensor.Floats(name, dims, values));
    }
}
