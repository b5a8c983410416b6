using System.Security.Cryptography;

namespace BenchFleet.Samples.Tests;

public sealed class DrawnDigitsTests
{
    [Fact]
    public void When_the_calibration_split_is_drawn_its_bytes_are_the_recorded_ones_on_every_machine()
    {
        var images = DrawnDigits.Generate(DrawnDigits.CalibrationCount, DrawnDigits.CalibrationSeed);

        var hash = Convert.ToHexStringLower(SHA256.HashData(images.Pixels));

        Assert.Equal("86912c5cb90b36ccefea3f6cae8198a72d5cdaf6cd80c7d2da53c31697c34586", hash);
    }

    [Fact]
    public void When_fewer_images_are_asked_for_they_are_the_first_of_the_longer_run()
    {
        var longer = DrawnDigits.Generate(30, seed: 5);

        var shorter = DrawnDigits.Generate(12, seed: 5);

        Assert.Equal(longer.Pixels[..(12 * DrawnDigits.PixelsPerImage)], shorter.Pixels);
        Assert.Equal(longer.Labels[..12], shorter.Labels);
    }

    [Fact]
    public void When_a_split_is_drawn_every_digit_comes_equally_often()
    {
        var images = DrawnDigits.Generate(DrawnDigits.EvaluationCount, DrawnDigits.EvaluationSeed);

        var counts = images.Labels.CountBy(label => label).ToDictionary();

        Assert.All(Enumerable.Range(0, 10), digit => Assert.Equal(200, counts[(byte)digit]));
    }

    [Fact]
    public void When_both_splits_and_some_training_images_are_drawn_no_image_comes_twice()
    {
        ulong[] seeds = [DrawnDigits.CalibrationSeed, DrawnDigits.EvaluationSeed, DrawnDigits.TrainingSeed];

        var images = seeds.SelectMany(seed => DrawnDigits.Generate(2000, seed).Pixels.Chunk(DrawnDigits.PixelsPerImage))
            .Select(pixels => Convert.ToHexString(SHA256.HashData(pixels)));

        Assert.Equal(6000, images.Distinct().Count());
    }

    [Fact]
    public void When_images_are_drawn_each_has_dark_paper_and_some_ink()
    {
        var images = DrawnDigits.Generate(500, seed: 9);

        var brightness = images.Pixels.Chunk(DrawnDigits.PixelsPerImage).Select(pixels => pixels.Average(pixel => pixel));

        Assert.All(brightness, mean => Assert.InRange(mean, 5, 90));
    }

    [Fact]
    public void When_a_negative_count_is_asked_for_it_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnDigits.Generate(-1, seed: 1));
}
