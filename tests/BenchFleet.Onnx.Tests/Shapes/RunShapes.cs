using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BenchFleet.Onnx.Tests;

/// <summary>The truth about shapes: ONNX Runtime runs the model once on zeros with every value of the graph as an output.</summary>
internal static class RunShapes
{
    public static Dictionary<string, ValueType> Of(OnnxModel original, IReadOnlyDictionary<string, Shape> inputs)
    {
        using var model = original.Clone();
        var names = model.Graph.Nodes.Where(node => node.OpType is not ("Constant" or "ConstantOfShape")).SelectMany(node => node.Outputs)
            .Where(name => name.Length > 0).Distinct().ToList();
        model.Graph.Outputs.Clear();
        model.Graph.Outputs.AddRange(names.Select(name => new ValueInfo(name)));
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1 };
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        using var session = new InferenceSession(OnnxFile.ToBytes(model), options);
        var feeds = session.InputMetadata.ToDictionary(input => input.Key, input => Zeros(input.Value.ElementDataType, inputs[input.Key]));
        using var run = new RunOptions();
        using var outputs = session.Run(run, feeds, names);
        return names.Zip(outputs).Where(pair => pair.Second.IsTensor).ToDictionary(pair => pair.First, pair => Type(pair.Second));
    }

    private static OrtValue Zeros(TensorElementType type, Shape shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, [.. shape.Select(dim => dim.Value!.Value)]);
        value.GetTensorMutableRawData().Clear();
        return value;
    }

    private static ValueType Type(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new ValueType((ElementType)(int)info.ElementDataType, Shape.Of(info.Shape));
    }
}
