using BenchFleet.Compression.Tests.Models;

namespace BenchFleet.Compression.Tests.Quantization.Blocks;

/// <summary>awq on values with a few large features, the case that it is for.</summary>
public class InputScalingTests
{
    private const int Width = 64;

    [Fact]
    public void Case_1_scales_fold_into_a_LayerNormalization() => Gains(
        Start().Floats("g", [Width], Gains()).Floats("b", [Width], Gains())
            .Node("LayerNormalization", "x,g,b", "h", ("axis", -1L)), ["LayerNormalization", "DequantizeLinear", "MatMul"]);

    [Fact]
    public void Case_1_scales_fold_through_a_Relu_and_an_Add_into_a_linear_layer() => Gains(
        Start().Floats("A", [Width, Width], [.. Enumerable.Range(0, Width * Width).Select(i => Gains()[i % Width] * MathF.Sin(i))]).Floats("a", [Width], Gains())
            .Node("MatMul", "x,A", "p").Node("Add", "p,a", "s").Node("Relu", "s", "h"),
        ["MatMul", "Add", "Relu", "DequantizeLinear", "MatMul"], exclude: "MatMul_p");

    [Fact]
    public void Case_1_scales_fold_into_a_Mul_by_a_constant() =>
        Gains(Start().Floats("g", [Width], Gains()).Node("Mul", "x,g", "h"), ["Mul", "DequantizeLinear", "MatMul"]);

    [Fact]
    public void Case_2_a_Mul_is_added_where_they_fold_into_nothing() =>
        Gains(Start().Floats("g", [Width], Gains()).Node("Mul", "x,g", "s").Node("LeakyRelu", "s", "h"), ["Mul", "LeakyRelu", "Mul", "DequantizeLinear", "MatMul"]);

    [Fact]
    public void Case_2_a_value_that_others_read_is_not_folded()
    {
        var model = Start().Floats("g", [Width], Gains()).Node("Mul", "x,g", "h").Weight("B", Width, 48).Node("MatMul", "h,B", "y")
            .Node("Sigmoid", "h", "z").Output("y", 4, 48).Output("z", 4, Width).Model;

        var result = model.Compressed("quantize.weights(method=awq)");

        Assert.Equal(2, result.Count("Mul"));
        Assert.InRange(Outputs.SqnrByOutput(model, result, SyntheticInputs.For(model, 4, 9))["z"], 140, double.PositiveInfinity);
    }

    [Fact]
    public void Case_2_a_small_gain_is_not_worth_a_Mul()
    {
        var model = Start().Weight("B", Width, 48).Node("MatMul", "x,B", "y").Output("y", 4, 48).Model;

        Assert.Equal(["DequantizeLinear", "MatMul"], model.Compressed("quantize.weights(method=awq)").Operators());
    }

    private static void Gains(Given start, string[] operators, string exclude = "")
    {
        var model = start.Weight("B", Width, 48).Node("MatMul", "h,B", "y").Output("y", 4, 48).Model;
        var heldOut = SyntheticInputs.For(model, 8, 9);

        var plain = Outputs.Sqnr(model, model.Compressed($"quantize.weights(exclude={exclude})"), heldOut);
        var result = model.Compressed($"quantize.weights(method=awq,exclude={exclude})", SyntheticInputs.For(model, 32, 5));

        Assert.Equal(operators, result.Operators());
        Assert.InRange(Outputs.Sqnr(model, result, heldOut) - plain, 3, 100);
    }

    private static Given Start() => Given.Graph(21).Input("x", 4, Width);

    /// <summary>Two of 64 features are fifty times as large.</summary>
    private static float[] Gains() => [.. Enumerable.Range(0, Width).Select(i => i % 32 == 3 ? 50f : 1f)];
}
