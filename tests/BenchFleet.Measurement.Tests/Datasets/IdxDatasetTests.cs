using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Tests.Datasets;

public sealed class IdxDatasetTests : IDisposable
{
    private readonly DatasetFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void When_a_split_is_idx_its_samples_are_scaled_and_labelled(string ending)
    {
        Describe($"{{ images: images{ending}, labels: labels{ending}, format: idx }}");
        _folder.PutIdx("images" + ending, [0, 51, 102, 153, 204, 255, 0, 0], 2, 2, 2).PutIdx("labels" + ending, [1, 0], 2);

        var samples = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", Dim.Named("n"), 1, 2, 2));

        Assert.Equal([1, 0], samples.Select(sample => sample.Label!.Value));
        Assert.Equal([1L, 1, 2, 2], samples[0].Feeds["x"].Dims.ToArray());
        Assert.Equal([0f, 0.2f, 0.4f, 0.6f], samples[0].Feeds["x"].ToFloats().Select(value => MathF.Round(value, 6)));
    }

    [Fact]
    public void When_the_model_takes_channels_last_the_grey_image_follows_its_shape()
    {
        Describe("{ images: images, labels: labels, format: idx }");
        _folder.PutIdx("images", new byte[12], 2, 2, 3).PutIdx("labels", [1, 0], 2);

        var sample = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", Dim.Named("n"), 2, 3, 1))[0];

        Assert.Equal([1L, 2, 3, 1], sample.Feeds["x"].Dims.ToArray());
    }

    [Fact]
    public void When_the_model_takes_a_vector_the_image_is_laid_out_row_by_row()
    {
        Describe("{ images: images, labels: labels, format: idx }");
        _folder.PutIdx("images", new byte[12], 2, 2, 3).PutIdx("labels", [1, 0], 2);

        var sample = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", Dim.Unknown, 6))[0];

        Assert.Equal([1L, 6], sample.Feeds["x"].Dims.ToArray());
    }

    [Fact]
    public void When_the_batch_is_fixed_the_sample_fills_it()
    {
        Describe("{ images: images, labels: labels, format: idx }");
        _folder.PutIdx("images", [0, 51, 102, 153, 204, 255, 0, 0], 2, 2, 2).PutIdx("labels", [1, 0], 2);

        var feed = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 3, 1, 2, 2))[0].Feeds["x"];

        Assert.Equal([3L, 1, 2, 2], feed.Dims.ToArray());
        Assert.Equal(feed.ToFloats()[..4], feed.ToFloats()[8..]);
    }

    [Fact]
    public void When_the_image_is_of_another_size_the_misfit_names_both_shapes()
    {
        Describe("{ images: images, labels: labels, format: idx }");
        _folder.PutIdx("images", new byte[8], 2, 2, 2).PutIdx("labels", [1, 0], 2);

        var reason = _folder.Misfit(Dataset.Evaluation, DatasetFixture.Input("pixels", 1, 3, 224, 224));

        Assert.Contains("2 x 2 with 1 channel", reason, StringComparison.Ordinal);
        Assert.Contains("'pixels' float[1,3,224,224]", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void When_labels_are_fewer_than_images_both_counts_are_named()
    {
        Describe("{ images: images, labels: labels, format: idx }");
        _folder.PutIdx("images", new byte[8], 2, 2, 2).PutIdx("labels", [1], 1);

        Assert.Contains("2 images and 'labels' has 1 labels", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void When_a_file_is_shorter_than_its_header_says_it_is_refused(string ending)
    {
        Describe($"{{ images: images{ending}, labels: labels, format: idx }}");
        _folder.PutIdx("images" + ending, new byte[7], 2, 2, 2).PutIdx("labels", [1, 0], 2);

        Assert.Contains("announces 2 samples, 24 bytes in all, and has 23 bytes", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_a_label_is_beyond_the_list_its_position_is_named()
    {
        Describe("{ images: images, labels: labels, format: idx }");
        _folder.PutIdx("images", new byte[8], 2, 2, 2).PutIdx("labels", [1, 7], 2);

        Assert.Contains("'labels' entry 1 has label 7, where 0 to 1 is expected", _folder.Refusal(), StringComparison.Ordinal);
    }

    private void Describe(string split) => _folder.Describe($$"""
        name: tiny
        task: classification
        splits:
          evaluation: {{split}}
        preprocessing: { scale: 0.00392156862745098, offset: 0, layout: nchw }
        labels: ["no", "yes"]
        """);
}
