using BenchFleet.Onnx;
using BenchFleet.Samples;

namespace BenchFleet.Compression.Tests.Models;

/// <summary>Drawn digits as the bundled models take them.</summary>
internal static class DrawnSamples
{
    public static IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> Calibration(int count) => Of(count, DrawnDigits.CalibrationSeed);

    public static IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> Evaluation(int count) => Of(count, DrawnDigits.EvaluationSeed);

    private static IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> Of(int count, ulong seed)
    {
        var images = DrawnDigits.Generate(count, seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i => (IReadOnlyDictionary<string, OnnxTensor>)new Dictionary<string, OnnxTensor>
            {
                ["input"] = OnnxTensor.Floats(
                    "input", [1, 1, DrawnDigits.Side, DrawnDigits.Side],
                    [.. images.Pixels.Skip(i * DrawnDigits.PixelsPerImage).Take(DrawnDigits.PixelsPerImage).Select(pixel => pixel / 255f)]),
            }),
        ];
    }
}
