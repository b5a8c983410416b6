using BenchFleet.Compression.Inspection;

namespace BenchFleet.Compression.Tests.Inspection;

/// <summary>
/// The rules table against the runtime: what is quantized between two convolutions is one run of integer kernels, with one QuantizeLinear at
/// its beginning and one DequantizeLinear at its end.
/// </summary>
public class OperatorFusionTests
{
    private static readonly long[] Ones = [1, 1, 1, 1];

    public static TheoryData<string> Unary =>
    [
        "MaxPool", "AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid", "Relu", "Clip", "Reshape", "Transpose", "Slice", "Gather", "Split",
        "Expand", "Tile", "DepthToSpace", "ReduceMax", "Resize nearest",
    ];

    [Theory]
    [MemberData(nameof(Unary))]
    public void An_operator_between_two_convolutions_computes_in_integers(string form)
    {
        var census = Census(Between(form).Compressed("quantize.static"));

        Assert.Equal(2, census.Count("QLinearConv"));
        Assert.Equal(1, census.Count("QuantizeLinear"));
        Assert.Equal(1, census.Count("DequantizeLinear"));
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Mul")]
    [InlineData("Concat")]
    [InlineData("Where")]
    public void An_operator_of_two_convolutions_computes_in_integers(string type)
    {
        var given = Start().Weight("U", 4, 4, 1, 1).Node("Conv", "x,W", "a").Node("Conv", "x,U", "b");
        given = type switch
        {
            "Concat" => given.Node(type, "a,b", "m", ("axis", 2L)),
            "Where" => given.Floats("zero", [1], 0).Node("Greater", "x,zero", "chosen").Node(type, "chosen,a,b", "m"),
            _ => given.Node(type, "a,b", "m"),
        };

        var census = Census(given.Node("Conv", "m,V", "y").Output("y").Model.Compressed("quantize.static"));

        Assert.Equal(3, census.Count("QLinearConv"));
        Assert.Equal(1, census.Count($"QLinear{type}"));
        Assert.Equal(1, census.Count("DequantizeLinear"));
    }

    [Theory]
    [InlineData("Tanh")]
    [InlineData("HardSwish")]
    [InlineData("ReduceMean")]
    [InlineData("Resize linear")]
    [InlineData("Resize cubic")]
    public void An_operator_without_an_integer_form_stays_float_and_nothing_else_does(string form)
    {
        var census = Census(Between(form).Compressed("quantize.static"));

        Assert.Equal(2, census.Count("QLinearConv"));
        Assert.Equal(2, census.Count("DequantizeLinear"));
        Assert.Empty(census.Leftovers);
    }

    [Theory]
    [InlineData("u16")]
    [InlineData("s16")]
    public void Activations_of_sixteen_bits_run_in_float_and_are_close(string type)
    {
        var model = Between("Sigmoid");

        var result = model.Compressed($"quantize.static(activations={type})");

        Assert.InRange(Models.Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 5)), 35, 120);
        Assert.Equal(0, Census(result).Count("QLinearConv"));
    }

    private static Given Start() => Given.Graph(17).Input("x", 1, 4, 8, 8).Weight("W", 4, 4, 1, 1).Weight("V", 4, 4, 1, 1);

    private static Onnx.OnnxModel Between(string form)
    {
        var (type, mode) = (form.Split(' ')[0], form.Split(' ')[^1]);
        var given = Start().Node("Conv", "x,W", "c");
        given = type switch
        {
            "MaxPool" or "AveragePool" => given.Node(type, "c", "m", ("kernel_shape", new long[] { 2, 2 })),
            "Clip" => given.Floats("low", [], 0).Floats("high", [], 6).Node(type, "c,low,high", "m"),
            "Reshape" => given.Int64s("shape", 1, 4, 4, 16).Node(type, "c,shape", "m"),
            "Transpose" => given.Node(type, "c", "m", ("perm", new long[] { 0, 1, 3, 2 })),
            "Slice" => given.Int64s("from", 0).Int64s("to", 4).Int64s("axis", 2).Node(type, "c,from,to,axis", "m"),
            "Gather" => given.Int64s("rows", 0, 2, 4).Node(type, "c,rows", "m", ("axis", 2L)),
            "Split" => given.Int64s("parts", 4, 4).Node(type, "c,parts", "m,rest", ("axis", 2L)),
            "Expand" => given.Int64s("shape", Ones).Node(type, "c,shape", "m"),
            "Tile" => given.Int64s("times", 1, 1, 2, 2).Node(type, "c,times", "m"),
            "DepthToSpace" => given.Node(type, "c", "m", ("blocksize", 2L)),
            "ReduceMax" or "ReduceMean" => given.Node(type, "c", "m", ("axes", new long[] { 2, 3 })),
            "Resize" => given.Floats("scales", [4], 1, 1, 2, 2).Node(type, "c,,scales", "m", ("mode", mode)),
            _ => given.Node(type, "c", "m"),
        };
        given = type switch
        {
            "Split" => given.Node("Add", "m,rest", "n"),
            "DepthToSpace" => given.Weight("Flat", 4, 1, 1, 1),
            _ => given,
        };
        return given.Node("Conv", type == "DepthToSpace" ? "m,Flat" : type == "Split" ? "n,V" : "m,V", "y").Output("y").Model;
    }

    private static FusionCensus Census(Onnx.OnnxModel model) => Assert.IsType<CensusResult.Counted>(FusionCensus.Of(model)).Census;
}
