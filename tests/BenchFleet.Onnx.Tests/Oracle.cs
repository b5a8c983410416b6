global using Proto = global::Onnx;
using Google.Protobuf;

namespace BenchFleet.Onnx.Tests;

/// <summary>The stock protobuf reader, generated from the format's own definition.</summary>
internal static class Oracle
{
    public static Proto.ModelProto Parse(byte[] bytes) => Proto.ModelProto.Parser.ParseFrom(bytes);

    /// <summary>A model with one graph, as the stock writer writes it.</summary>
    public static byte[] Model(Action<Proto.GraphProto> fill)
    {
        var model = new Proto.ModelProto { IrVersion = 8, Graph = new Proto.GraphProto { Name = "g" } };
        model.OpsetImport.Add(new Proto.OperatorSetIdProto { Domain = "", Version = 17 });
        fill(model.Graph);
        return model.ToByteArray();
    }

    /// <summary>A model whose only initializer is the given one.</summary>
    public static byte[] Model(Proto.TensorProto tensor) => Model(graph => graph.Initializer.Add(tensor));
}
