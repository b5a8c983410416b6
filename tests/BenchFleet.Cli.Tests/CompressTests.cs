using BenchFleet.Samples;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Cli.Tests;

public sealed class CompressTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Unverified_makes_the_same_file_and_says_nothing_of_its_outputs()
    {
        var model = SampleModels.WriteTo(_folder["models"])[1];

        var (code, verified, _) = await CliProcess.Run("compress", model, "--recipe", "quantize.dynamic", "--out", _folder["one.onnx"]);
        var (unverifiedCode, unverified, _) = await CliProcess.Run("compress", model, "--recipe", "quantize.dynamic", "--out", _folder["two.onnx"], "--unverified");

        Assert.Equal((0, 0), (code, unverifiedCode));
        Assert.Contains("dB SQNR", verified, StringComparison.Ordinal);
        Assert.DoesNotContain("dB SQNR", unverified, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(_folder["one.onnx"]), await File.ReadAllBytesAsync(_folder["two.onnx"]));
    }

    [Fact]
    public async Task What_the_runtime_could_not_fuse_is_told_by_name_and_nothing_is_left_beside_the_variant()
    {
        var model = SampleModels.WriteTo(_folder["models"])[0];

        var (code, output, _) = await CliProcess.Run("compress", model, "--recipe", "quantize.static(activations=u16)", "--out", _folder["out/wide.onnx"], "--calibration", "4");

        Assert.Equal(0, code);
        Assert.Contains("  warning   runtime: computes in float from dequantized values", output, StringComparison.Ordinal);
        Assert.Contains("  runs as   ", output, StringComparison.Ordinal);
        Assert.Equal(["wide.onnx"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName));
    }
}
