using BenchFleet.Compression.Tests.Models;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>LSTM in integers against the tool's: weights bit by bit, scales within 2e-6, outputs not more than 0.5 dB noisier.</summary>
public class OracleRecurrentTests
{
    private const double Tolerance = 0.5;

    public static TheoryData<string> Fixtures => [.. OracleFixture.OfKind("recurrent-")];

    [DataTheory]
    [MemberData(nameof(Fixtures))]
    public void Recurrent_layers_come_out_as_from_the_tool(string name)
    {
        var fixture = OracleFixture.Load(name);
        using var model = fixture.Open();

        var result = Compressor.Compress(model, OracleTests.RecipeOf(fixture, model));

        var variant = Assert.IsType<CompressionResult.Compressed>(result).Model;
        var codes = Compression.Graph.Graphs.WithSubgraphs(variant.Graph).SelectMany(graph => graph.Initializers).ToLookup(tensor => tensor.Name);
        foreach (var theirs in fixture.Weights!)
        {
            Assert.Contains(theirs.Sha256, codes[theirs.Name + "_quantized"].Select(QuantizedModel.Sha));
            OracleTests.AssertScales(theirs.Name, theirs.Scale!, codes[theirs.Name + "_scale"].First().ToFloats());
        }

        var ours = Outputs.SqnrByOutput(model, variant, [.. fixture.HeldOut()], optimize: true);
        foreach (var (output, theirs) in fixture.SqnrExactDb!)
            Assert.InRange(ours[output], (theirs ?? double.PositiveInfinity) - Tolerance, double.PositiveInfinity);
    }
}
