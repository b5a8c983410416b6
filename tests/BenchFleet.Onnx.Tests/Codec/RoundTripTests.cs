using BenchFleet.TestSupport;

namespace BenchFleet.Onnx.Tests;

public sealed class RoundTripTests
{
    public static TheoryData<string> Models() =>
        [.. TestData.Files("models", "*.onnx").Concat(TestData.Files("onnx-backend-tests", "*.onnx"))];

    public static TheoryData<string> Tensors() =>
        [.. TestData.Files("onnx-backend-tests", "*.pb").Concat(TestData.Files("models", "*.pb"))];

    [DataTheory]
    [MemberData(nameof(Models))]
    public void A_model_written_without_edits_is_identical_field_by_field(string file)
    {
        var original = File.ReadAllBytes(TestData.Path(file));
        using var model = Given.Opened(TestData.Path(file));

        var written = OnnxFile.ToBytes(model);

        Assert.Equal(Oracle.Parse(original), Oracle.Parse(written));
        Assert.Equal(written, OnnxFile.ToBytes(Given.Parsed(written)));
    }

    [DataTheory]
    [MemberData(nameof(Models))]
    public void A_clone_writes_the_same_bytes_as_its_model(string file)
    {
        using var model = Given.Opened(TestData.Path(file));

        using var clone = model.Clone();

        Assert.Equal(OnnxFile.ToBytes(model), OnnxFile.ToBytes(clone));
    }

    [DataTheory]
    [MemberData(nameof(Models))]
    public void Every_initializer_has_the_bytes_that_the_stock_reader_sees(string file)
    {
        var oracle = Oracle.Parse(File.ReadAllBytes(TestData.Path(file)));
        using var model = Given.Opened(TestData.Path(file));

        var tensors = model.Graph.Initializers.ToList();

        Assert.Equal(oracle.Graph.Initializer.Select(tensor => tensor.Name), tensors.Select(tensor => tensor.Name));
        Assert.All(oracle.Graph.Initializer.Zip(tensors), pair => Assert.Equal(OracleBytes.Of(pair.First), pair.Second.RawBytes));
    }

    [DataTheory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_file_written_again_is_identical_field_by_field(string file)
    {
        var original = File.ReadAllBytes(TestData.Path(file));

        var tensor = Assert.IsType<TensorRead.Success>(OnnxTensor.Parse(original)).Tensor;

        Assert.Equal(Proto.TensorProto.Parser.ParseFrom(original), Proto.TensorProto.Parser.ParseFrom(tensor.Serialize()));
    }
}
