using BenchFleet.Compression.Runtime;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Inspection;

/// <summary>
/// x64 before VNNI adds pairs of u8 x s8 products in 16 bits. The recipes for it, seven-bit weights and u8 weights, must not lose what naive
/// U8S8 loses there; on other processors nothing saturates, and nobody may lose anything.
/// </summary>
public class SaturationTests
{
    private const string Model = "ultraface-RFB-320";

    [DataTheory]
    [InlineData("graph.clean | quantize.static(bits=7)", 1.0)]
    [InlineData("graph.clean | quantize.static(weights=u8,perChannel=false)", 1.0)]
    public void Recipes_without_saturation_lose_less_than_a_decibel(string recipe, double most) => Assert.InRange(LossDb(recipe), -most, most);

    [DataFact]
    public void Naive_signed_weights_lose_where_the_processor_saturates()
    {
        var loss = LossDb("graph.clean | quantize.static");

        if (Saturates()) Assert.True(loss > 5, $"{loss:F2} dB");
        else Assert.InRange(loss, -1, 1);
    }

    /// <summary>SQNR of the integer kernels below that of the same model in exact arithmetic, in dB; the worse output counts.</summary>
    private static double LossDb(string recipe)
    {
        using var model = ModelUnderTest.Named(Model).Open();
        using var variant = model.Compressed(recipe);
        var samples = SyntheticInputs.For(model, 4, 9);
        var exact = Outputs.SqnrByOutput(model, variant, samples);
        var native = Native(model, variant, samples);
        return exact.Max(output => output.Value - native[output.Key]);
    }

    private static Dictionary<string, double> Native(
        OnnxModel model, OnnxModel variant, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples)
    {
        var (signal, noise) = (new Dictionary<string, double>(), new Dictionary<string, double>());
        var wanted = Outputs.Of(model, samples, optimize: false);
        using var session = ((SessionOpened.Ready)ModelSession.Open(variant)).Session;
        for (var i = 0; i < samples.Count; i++)
        {
            Assert.Null(session.Run(samples[i], session.FloatOutputs, (name, value) =>
            {
                foreach (var (x, y) in wanted[i][name].Zip(value.GetTensorDataAsSpan<float>().ToArray()))
                {
                    signal[name] = signal.GetValueOrDefault(name) + (double)x * x;
                    noise[name] = noise.GetValueOrDefault(name) + (double)(x - y) * (x - y);
                }
            }));
        }

        return signal.ToDictionary(output => output.Key, output => 10 * Math.Log10(output.Value / noise[output.Key]));
    }

    /// <summary>Greatest codes times greatest codes: exact, or cut at 16 bits a pair.</summary>
    private static bool Saturates()
    {
        var ones = Enumerable.Repeat(1f, 64).ToArray();
        var model = Given.Graph().Input("x", 1, 64).Floats("B", [64, 16], [.. Enumerable.Repeat(1f, 1024)]).Node("MatMul", "x,B", "y").Output("y", 1, 16).Model;
        using var session = ((SessionOpened.Ready)ModelSession.Open(model.Compressed("quantize.dynamic"))).Session;
        var y = 0f;
        Assert.Null(session.Run(
            new Dictionary<string, OnnxTensor> { ["x"] = OnnxTensor.Floats("x", [1, 64], ones) }, ["y"], (_, value) => y = value.GetTensorDataAsSpan<float>()[0]));
        return y < 60;
    }
}
