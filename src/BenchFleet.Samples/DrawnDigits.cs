using BenchFleet.Samples.Digits;

namespace BenchFleet.Samples;

/// <summary>
/// Digits drawn by a program, white on black, 28 by 28: a classification task that needs no download and has no licence but ours. Image i
/// of a seed is the same on every machine and does not depend on how many are asked for. Labels cycle 0..9, so every prefix is balanced.
/// </summary>
public static class DrawnDigits
{
    public const int Side = Canvas.Side;
    public const int PixelsPerImage = Canvas.Pixels;

    /// <summary>The sample models were trained on this seed; no split of the dataset uses it.</summary>
    public const ulong TrainingSeed = 1;
    public const ulong CalibrationSeed = 2;
    public const ulong EvaluationSeed = 3;

    public const int CalibrationCount = 256;
    public const int EvaluationCount = 2000;

    public static LabelledImages Generate(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pixels = new byte[checked(count * PixelsPerImage)];
        var labels = new byte[count];
        var painter = new DigitPainter();
        for (var i = 0; i < count; i++)
        {
            labels[i] = (byte)(i % 10);
            painter.Paint(labels[i], new SplitMix64(SplitMix64.Derive(seed, i)), pixels.AsSpan(i * PixelsPerImage, PixelsPerImage));
        }

        return new LabelledImages(pixels, labels);
    }

    /// <summary>
    /// Writes a dataset folder (created if absent, files replaced): dataset.yaml and IDX files for both splits, under 2 MB. Plain files
    /// have the same bytes everywhere; gzip is smaller, but its bytes, and so the dataset's hash, belong to the compressor's version.
    /// </summary>
    public static void WriteDataset(string folder, int calibration = CalibrationCount, int evaluation = EvaluationCount, bool gzip = false)
    {
        Directory.CreateDirectory(folder);
        var writer = new DatasetFolder(folder, gzip);
        writer.WriteSplit("calibration", Generate(calibration, CalibrationSeed));
        writer.WriteSplit("evaluation", Generate(evaluation, EvaluationSeed));
        writer.WriteDescription();
    }
}
