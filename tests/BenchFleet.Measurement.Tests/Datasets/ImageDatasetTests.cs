using BenchFleet.Measurement.Datasets;
using BenchFleet.TestSupport;

namespace BenchFleet.Measurement.Tests.Datasets;

public sealed class ImageDatasetTests : IDisposable
{
    private readonly DatasetFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rgb", 10, 20, 30)]
    [InlineData("bgr", 30, 20, 10)]
    public void When_a_one_colour_image_is_decoded_the_channels_are_in_the_declared_order(
        string color, float first, float second, float third)
    {
        Describe($"{{ color: {color} }}");
        _folder.Put("pictures/one.png", PngBytes.OneColour(2, 1, red: 10, green: 20, blue: 30));

        var feed = Assert.Single(_folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3, 1, 2))).Feeds["x"];

        Assert.Equal([first, first, second, second, third, third], feed.ToFloats());
    }

    [Fact]
    public void When_luma_is_asked_for_one_channel_remains()
    {
        Describe("{ color: luma, scale: 1 }");
        _folder.Put("pictures/one.png", PngBytes.OneColour(1, 1, 10, 20, 30));

        Assert.Equal([18f], Assert.Single(_folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 1, 1, 1))).Feeds["x"]
            .ToFloats());
    }

    [Fact]
    public void When_mean_and_std_are_per_channel_they_follow_the_scale()
    {
        Describe("{ scale: 0.1, mean: [1, 2, 3], std: [1, 2, 4] }");
        _folder.Put("pictures/one.png", PngBytes.OneColour(1, 1, 20, 40, 70));

        var values = Assert.Single(_folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 1, 1, 3))).Feeds["x"].ToFloats();

        Assert.Equal([1f, 1f, 1f], values.Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void When_resized_and_cropped_the_middle_remains()
    {
        Describe("{ resize: 2, crop: 2 }");
        _folder.Put("pictures/wide.png", PngBytes.Rgb(8, 2, (x, _) => ((byte)(x * 10), 0, 0)));

        var red = Assert.Single(_folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3, 2, 2))).Feeds["x"].ToFloats()[..4];

        Assert.Equal([30f, 40f, 30f, 40f], red);
    }

    [Fact]
    public void When_halved_each_pixel_is_a_weighted_mean_of_all_it_covers()
    {
        Describe("{ resize: [1, 2] }");
        _folder.Put("pictures/strip.png", PngBytes.Rgb(4, 1, (x, _) => ((byte)(x * 80), 0, 0)));

        // Triangle of half-width two pixels: (3, 3, 1) / 7 at the left edge, mirrored at the right.
        Assert.Equal([57f, 183f],
            Assert.Single(_folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3, 1, 2))).Feeds["x"].ToFloats()[..2]);
    }

    [Fact]
    public void When_classes_are_folders_every_prefix_is_balanced()
    {
        _folder.Describe("name: t\ntask: classification\nsplits: { evaluation: { format: images, folder: pictures } }\nlabels: [dog, cat]");
        foreach (var name in (string[])["cat/a.png", "cat/b.png", "dog/c.png", "dog/d.png"]) _folder.Put(
            "pictures/" + name, PngBytes.OneColour(1, 1, 0, 0, 0));

        Assert.Equal([0, 1, 0, 1],
            _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3, 1, 1)).Select(sample => sample.Label!.Value));
    }

    [Fact]
    public void When_an_image_announces_gigapixels_it_is_not_decoded()
    {
        Describe("{ scale: 1 }");
        _folder.Put("pictures/bomb.png", PngBytes.Header(60000, 60000));

        Assert.Contains("'bomb.png' is 60000 x 60000 pixels", _folder.Misfit(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3, 1, 1)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void When_an_image_is_damaged_it_is_named()
    {
        Describe("{ scale: 1 }");
        _folder.Put("pictures/broken.png", PngBytes.OneColour(4, 4, 1, 2, 3)[..40]);

        Assert.Contains("'broken.png' cannot be decoded", _folder.Misfit(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3, 4, 4)),
            StringComparison.Ordinal);
    }

    [DataFact]
    public void When_a_photograph_is_prepared_for_ultraface_it_has_the_models_shape()
    {
        Describe("{ resize: [240, 320], scale: 0.0078125, offset: -0.9921875 }");
        _folder.Put("pictures/daisy.jpg", File.ReadAllBytes(TestData.Path("images/daisy.jpg")));

        var feed = Assert.Single(_folder.Samples(Dataset.Evaluation, DatasetFixture.Input("input", 1, 3, 240, 320))).Feeds["input"];

        Assert.Equal([1L, 3, 240, 320], feed.Dims.ToArray());
        Assert.All(feed.ToFloats(), value => Assert.InRange(value, -1f, 1f));
    }

    private void Describe(string preprocessing) => _folder.Describe(
        $"name: pictures\ntask: none\nsplits: {{ evaluation: {{ format: images, folder: pictures }} }}\npreprocessing: {preprocessing}\n");
}
