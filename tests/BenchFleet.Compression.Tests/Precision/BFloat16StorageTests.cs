using BenchFleet.Compression.Precision;
using BenchFleet.Compression.Runtime;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Precision;

public class BFloat16StorageTests
{
    private static readonly BFloat16Storage Pass = new([]);

    private static Given Dense() => Given.Graph(17).Input("x", 2, 16).Weight("B", 16, 16).Weight("b", 16).Node("MatMul", "x,B", "m")
        .Node("Add", "m,b", "h");

    [Fact]
    public void Case_1_a_weight_is_stored_in_half_the_bytes_and_read_under_its_name()
    {
        var model = Dense().Node("Relu", "h", "y").Output("y", 2, 16).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(ElementType.BFloat16, result.Graph.Initializers["B_bf16"].ElementType);
        Assert.Equal("Cast", result.Maker("B").OpType);
        Assert.Equal(ElementType.Float, result.Graph.Initializers["b"].ElementType);
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 3), optimize: true), 40, 80);
    }

    [Fact]
    public void Case_2_constants_of_operators_kept_in_float_stay()
    {
        var model = Given.Graph(17).Input("x", 2, 64).Weight("g", 64).Weight("B", 64, 8).Node("LayerNormalization", "x,g", "h")
            .Node("MatMul", "h,B", "y").Output("y", 2, 8).Model;

        Assert.Equal(ElementType.Float, Pass.Applied(model).Model.Graph.Initializers["g"].ElementType);
        Assert.False(new BFloat16Storage(["MatMul"]).Applied(model).Changed);
        Assert.False(new BFloat16Storage(["MatMul_y"]).Applied(model).Changed);
    }

    [Fact]
    public void Case_3_constants_of_Constant_nodes_are_stored_too()
    {
        var weight = OnnxTensor.Floats("", [16, 8], new float[128]);
        var model = Given.Graph(17).Input("x", 2, 16).Node("Constant", "", "B", ("value", weight)).Node("MatMul", "x,B", "y").Output("y", 2, 8).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Cast", "MatMul"], result.Operators());
        Assert.Equal("B", result.Graph.Nodes[0].Output(0));
    }

    [Fact]
    public void Case_5_a_model_of_small_constants_is_returned_as_it_is() => Assert.False(Pass.Applied(Given.MatMul().Model).Changed);

    [Fact]
    public void Twice_is_once()
    {
        var once = Pass.Applied(Dense().Node("Relu", "h", "y").Output("y", 2, 16).Model).Model;

        Assert.False(Pass.Applied(once).Changed);
    }

    /// <summary>Why only storage is offered. When this fails the runtime has learned it, and the pass can offer arithmetic.</summary>
    [Fact]
    public void The_runtime_has_no_bfloat16_MatMul_on_a_CPU()
    {
        var model = Given.Graph(17).Input("x", 2, 8).Weight("B", 8, 4).Node("Cast", "x", "s", ("to", (long)ElementType.BFloat16))
            .Node("Cast", "B", "C", ("to", (long)ElementType.BFloat16)).Node("MatMul", "s,C", "p")
            .Node("Cast", "p", "y", ("to", (long)ElementType.Float)).Output("y", 2, 4).Model;

        Assert.IsType<SessionOpened.Refused>(ModelSession.Open(model));
    }
}
