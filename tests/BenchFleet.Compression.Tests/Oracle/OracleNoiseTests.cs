using BenchFleet.Compression.Tests.Models;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>
/// Output noise on held-out samples against that of the tool's model: not more than 0.5 dB worse, output by output, with exact integer
/// products. Half precision is left out: how often values are rounded to half is up to the runtime's version.
/// </summary>
public class OracleNoiseTests
{
    private const double Tolerance = 0.5;

    /// <summary>Where ours may be worse, by how much, and why.</summary>
    private static readonly Dictionary<string, (double Db, string Why)> Allowed = new()
    {
        ["digits-cnn.u8s8-tensor"] = (1, "BatchNormalization stays float in ours, which is chance (CodedNormalization); folded, both agree"),
        ["ultraface-RFB-320.u8s8-tensor"] = (2, "the same"),
        ["mnist-self-attention-medium.s8s8-channel-symmetric"] = (
            3, "chance of eight samples: with five other seeds, 32 samples each, ours are 1.3 to 3.2 dB better"),
        ["silero-vad-v3-2021.u8s8-channel"] = (34, "chance in one sum (OracleCalibrationTests): the states have 7.2 and 8.6 dB, the tool's 2.5 and 3.0"),
        ["digits-transformer.block4-32-symmetric"] = (1, "we also code the Gemm at the end, which the tool passes over"),
        ["digits-transformer.block4-32-asymmetric"] = (1, "the same"),
    };

    public static TheoryData<string> SampleFixtures =>
    [
        .. OracleFixture.OfKind("").Where(name => OracleFixture.IsOfSample(name) && IsCompared(name)),
    ];

    public static TheoryData<string> PublicFixtures =>
    [
        .. OracleFixture.OfKind("").Where(name => !OracleFixture.IsOfSample(name) && IsCompared(name)),
    ];

    [Theory]
    [MemberData(nameof(SampleFixtures))]
    public void A_sample_model_is_not_noisier_than_the_tools(string fixture) => Compare(fixture);

    [DataTheory]
    [MemberData(nameof(PublicFixtures))]
    public void A_public_model_is_not_noisier_than_the_tools(string fixture) => Compare(fixture);

    private static void Compare(string name)
    {
        var fixture = OracleFixture.Load(name);
        using var model = fixture.Open();
        var recipe = OracleTests.RecipeOf(fixture, model);

        var variant = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, recipe, fixture.Calibration)).Model;

        // The runtime reaches exact products in the dynamic form by rewriting the graph, in the static one by leaving it as it is.
        var ours = Outputs.SqnrByOutput(
            model, variant, [.. fixture.HeldOut()], optimize: fixture.Config.StartsWith("dynamic", StringComparison.Ordinal));
        foreach (var (output, theirs) in fixture.SqnrExactDb!)
            Assert.InRange(
                ours[output], (theirs ?? double.PositiveInfinity) - (
                    Allowed.TryGetValue(name, out var more) ? more.Db : Tolerance), double.PositiveInfinity);
    }

    private static bool IsCompared(string name) => !name.EndsWith(".fp16", StringComparison.Ordinal);
}
