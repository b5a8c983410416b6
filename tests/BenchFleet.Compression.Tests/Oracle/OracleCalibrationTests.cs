using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Recipes;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>
/// Each calibration method against the tool's own calibrators: scales within 2e-6, zero points equal, outputs not more than 0.5 dB noisier
/// on held-out samples.
/// </summary>
public class OracleCalibrationTests
{
    private const double Tolerance = 0.5;

    private static readonly Dictionary<string, string> Recipes = new()
    {
        ["calibrate-minmax"] = "quantize.static(perChannel=false)",
        ["calibrate-average"] = "quantize.static(perChannel=false,calibration=average)",
        ["calibrate-percentile"] = "quantize.static(perChannel=false,calibration=percentile)",
        ["calibrate-percentile-99.9"] = "quantize.static(perChannel=false,calibration=percentile,percentile=99.9)",
        ["calibrate-entropy"] = "quantize.static(perChannel=false,calibration=entropy,bins=128)",
        ["calibrate-entropy-512"] = "quantize.static(perChannel=false,calibration=entropy,bins=512)",
    };

    public static TheoryData<string> Fixtures => [.. OracleFixture.OfKind("calibrate-"), .. OracleFixture.FoldedPublic("calibrate-")];

    [DataTheory]
    [MemberData(nameof(Fixtures))]
    public void Ranges_come_out_as_from_the_tool(string name)
    {
        var fixture = OracleFixture.Load(name);
        using var model = fixture.Open();
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(fixture.Preparation + Recipes[fixture.Config])).Recipe;

        var result = Compressor.Compress(model, recipe, fixture.Calibration);

        Assert.True(result is CompressionResult.Compressed, $"{result}");
        var variant = ((CompressionResult.Compressed)result).Model;
        // Folding rounds, so what a model computes that each side folded itself has other last bits: ranges differ by up to a bin of the histogram.
        if (fixture.Preparation.Length == 0) Assert.NotEqual(0, OracleTests.CompareActivations(fixture, QuantizedModel.Of(variant)));
        var ours = Outputs.SqnrByOutput(model, variant, [.. fixture.HeldOut()]);
        foreach (var (output, theirs) in fixture.SqnrExactDb!)
            Assert.True(ours[output] >= (theirs ?? double.PositiveInfinity) - Tolerance, $"{output}: {ours[output]:F2} dB, the tool has {theirs:F2}");
    }
}
