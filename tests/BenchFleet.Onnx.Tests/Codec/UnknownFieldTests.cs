using Google.Protobuf;
using Kind = Onnx.AttributeProto.Types.AttributeType;

namespace BenchFleet.Onnx.Tests;

public sealed class UnknownFieldTests
{
    [Fact]
    public void Fields_of_a_newer_format_survive_in_every_message()
    {
        var bytes = Everything().ToByteArray();

        var written = OnnxFile.ToBytes(Given.Parsed(bytes).Clone());

        Assert.Equal(Oracle.Parse(bytes), Oracle.Parse(written));
    }

    [Fact]
    public void A_changed_shape_is_written_although_the_type_had_unknown_fields()
    {
        var model = Given.Parsed(Everything().ToByteArray());

        model.Graph.Inputs[0] = model.Graph.Inputs[0] with { Shape = Shape.Of(7) };

        Assert.Equal(7, Oracle.Parse(OnnxFile.ToBytes(model)).Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue);
    }

    [Fact]
    public void Sequences_maps_and_optionals_are_kept_and_marked_as_no_tensors()
    {
        var element = new Proto.TypeProto { TensorType = new Proto.TypeProto.Types.Tensor { ElemType = 1 } };
        var sequence = new Proto.ValueInfoProto { Name = "s", Type = new Proto.TypeProto { SequenceType = new() { ElemType = element } } };
        var mapType = new Proto.TypeProto { MapType = new() { KeyType = 7, ValueType = element } };
        var map = new Proto.ValueInfoProto { Name = "m", Type = mapType };
        var bytes = Oracle.Model(graph => graph.Input.Add([sequence, map]));

        var model = Given.Parsed(bytes);

        Assert.All(model.Graph.Inputs, input => Assert.False(input.IsTensor));
        Assert.Equal(Oracle.Parse(bytes), Oracle.Parse(OnnxFile.ToBytes(model)));
    }

    private static Proto.ModelProto Everything()
    {
        var shape = new Proto.TensorShapeProto();
        shape.Dim.Add([With(new Proto.TensorShapeProto.Types.Dimension { DimValue = 3, Denotation = "DATA_BATCH" }),
            new() { DimParam = "n" }, new()]);
        var tensorType = With(new Proto.TypeProto.Types.Tensor { ElemType = 1, Shape = With(shape) });
        var type = With(new Proto.TypeProto { TensorType = tensorType, Denotation = "IMAGE" });
        var value = With(new Proto.ValueInfoProto { Name = "x", Type = type, DocString = "doc" });
        value.MetadataProps.Add(Pair());
        var data = ByteString.CopyFrom(new byte[4000]);
        var tensor = With(new Proto.TensorProto { Name = "w", DataType = 1, DocString = "weights", RawData = data });
        tensor.Dims.Add(1000);
        tensor.MetadataProps.Add(Pair());
        var inner = With(new Proto.GraphProto { Name = "branch" });
        inner.Output.Add(value.Clone());
        var attribute = With(new Proto.AttributeProto { Name = "then_branch", Type = Kind.Graph, G = inner, DocString = "d" });
        var sparse = With(new Proto.SparseTensorProto { Values = new Proto.TensorProto { Name = "sp", DataType = 1 } });
        var other = new Proto.AttributeProto { Name = "s", Type = Kind.SparseTensor, SparseTensor = sparse.Clone() };
        var node = With(new Proto.NodeProto { OpType = "If", Name = "n", Overload = "o", DocString = "doc" });
        node.Attribute.Add([attribute, other]);
        node.Output.Add("y");
        node.DeviceConfigurations.Add(With(new Proto.NodeDeviceConfigurationProto { ConfigurationId = "c" }));
        var graph = With(new Proto.GraphProto { Name = "g", DocString = "doc" });
        graph.Node.Add(node);
        graph.Initializer.Add(tensor);
        graph.SparseInitializer.Add(sparse);
        graph.Input.Add(value);
        graph.QuantizationAnnotation.Add(With(new Proto.TensorAnnotation { TensorName = "w" }));
        graph.MetadataProps.Add(Pair());
        var model = With(new Proto.ModelProto { IrVersion = 10, Graph = graph, ProducerName = "p", ModelVersion = 4, Domain = "d" });
        model.OpsetImport.Add([new Proto.OperatorSetIdProto { Domain = "", Version = 21 },
            With(new Proto.OperatorSetIdProto { Domain = "z", Version = 1 })]);
        model.MetadataProps.Add([new Proto.StringStringEntryProto { Key = "k", Value = "v" }, Pair(),
            new Proto.StringStringEntryProto { Key = "k", Value = "again" }]);
        var function = With(new Proto.FunctionProto { Name = "f", Domain = "local" });
        function.Node.Add(node.Clone());
        model.Functions.Add(function);
        model.TrainingInfo.Add(With(new Proto.TrainingInfoProto { Algorithm = new Proto.GraphProto { Name = "t" } }));
        model.Configuration.Add(With(new Proto.DeviceConfigurationProto { Name = "c", NumDevices = 2 }));
        return model;
    }

    private static Proto.StringStringEntryProto Pair() => With(new Proto.StringStringEntryProto { Key = "key", Value = "value" });

    /// <summary>Adds fields 1000 (a number) and 1001 (bytes), which the format does not have.</summary>
    private static T With<T>(T message)
        where T : IMessage<T>
    {
        byte[] unknown = [.. message.ToByteArray(), 0xC0, 0x3E, 5, 0xCA, 0x3E, 2, 8, 9];
        return (T)message.Descriptor.Parser.ParseFrom(unknown);
    }
}
