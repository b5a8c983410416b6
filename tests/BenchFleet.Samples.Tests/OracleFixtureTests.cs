using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using BenchFleet.TestSupport;

namespace BenchFleet.Samples.Tests;

/// <summary>The fixtures were made from these models and inputs; if either changes, the fixtures must be made anew.</summary>
public sealed class OracleFixtureTests
{
    private const int Calibration = 16;

    [Theory]
    [InlineData("digits-cnn")]
    [InlineData("digits-transformer")]
    public void When_a_fixture_of_a_sample_model_is_read_its_model_and_inputs_are_the_embedded_and_generated_ones(string name)
    {
        using var fixture = Read($"{name}.u8s8-tensor");
        using var stream = SampleModels.All.Single(model => model.Name == name).Open();

        var pixels = DrawnDigits.Generate(Calibration, DrawnDigits.CalibrationSeed).Pixels.Select(pixel => pixel / 255f).ToArray();

        Assert.Equal(fixture.RootElement.GetProperty("model_sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(stream)));
        Assert.Equal(fixture.RootElement.GetProperty("calibration_sha256").GetString(), Hash(pixels));
    }

    [Theory]
    [InlineData("mnist-cnn-maxpool-nhwc", 784)]
    [InlineData("super-resolution-10", 224 * 224)]
    public void When_a_fixture_of_a_public_model_is_read_its_inputs_are_the_seeded_random_ones(string name, int size)
    {
        using var fixture = Read($"{name}.u8s8-tensor");
        var random = new SplitMix64(42);

        var samples = Enumerable.Range(0, Calibration * size).Select(_ => (float)random.NextUnit()).ToArray();

        Assert.Equal(fixture.RootElement.GetProperty("calibration_sha256").GetString(), Hash(samples));
    }

    private static string Hash(float[] values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));

    private static JsonDocument Read(string fixture)
    {
        var path = Path.Combine(TestData.Repository!, "tests", "Fixtures", "oracle", fixture + ".json.gz");
        using var unpacked = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        return JsonDocument.Parse(unpacked);
    }
}
