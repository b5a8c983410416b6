using BenchFleet.Measurement.Inputs;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Tests.Given;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Measurement.Tests.Inputs;

public sealed class InputTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchfleet-inputs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Packed_samples_are_read_back_as_they_were()
    {
        var path = Path.Combine(_folder.FullName, "some.bfin");
        OnnxTensor[][] samples = [[TinyModel.Sample(1), OnnxTensor.Int64s("rate", [], [16000])],
            [TinyModel.Sample(2, rows: 3), OnnxTensor.Int64s("rate", [], [8000])]];

        PackedInputs.Write(path, samples);
        var read = InputSource.Read(path);

        Assert.Equal(samples.Select(sample => sample.Select(tensor => tensor.ToString())),
            read.Select(sample => sample.Select(tensor => tensor.ToString())));
        Assert.Equal(samples[1][0].ToFloats(), read[1][0].ToFloats());
        Assert.Equal([8000], read[1][1].ToInt64s());
    }

    [Fact]
    public void A_packed_file_that_is_cut_short_is_refused()
    {
        var path = Path.Combine(_folder.FullName, "cut.bfin");
        PackedInputs.Write(path, [[TinyModel.Sample(1)]]);
        using (var file = File.OpenWrite(path)) file.SetLength(file.Length - 1);

        var error = Assert.Throws<InvalidDataException>(() => InputSource.Read(path));

        Assert.Contains("'x' is cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_is_refused()
    {
        var path = Path.Combine(_folder.FullName, "other.bfin");
        File.WriteAllText(path, "hello");

        Assert.Throws<InvalidDataException>(() => InputSource.Read(path));
    }

    [Fact]
    public void A_folder_of_test_data_sets_gives_a_sample_each_in_their_order()
    {
        foreach (var set in new[] { 10, 2 })
        {
            var folder = _folder.CreateSubdirectory($"test_data_set_{set}").FullName;
            File.WriteAllBytes(Path.Combine(folder, "input_0.pb"), TinyModel.Sample(set).Serialize());
            File.WriteAllBytes(Path.Combine(folder, "output_0.pb"), TinyModel.Sample(set).Serialize());
        }

        var samples = InputSource.Read(_folder.FullName);

        Assert.Equal(TinyModel.Sample(2).ToFloats(), samples[0][0].ToFloats());
        Assert.Equal(TinyModel.Sample(10).ToFloats(), samples[1][0].ToFloats());
    }

    [Fact]
    public void An_empty_folder_is_refused_with_what_is_expected()
    {
        var error = Assert.Throws<InvalidDataException>(() => InputSource.Read(_folder.FullName));

        Assert.Contains("input_0.pb", error.Message, StringComparison.Ordinal);
    }

    [DataFact]
    public void The_test_data_of_a_published_model_is_read()
    {
        var samples = InputSource.Read(TestData.Path("models/shufflenet-v2-12-int8.test_data_set_0"));

        Assert.Equal<long>([1, 3, 224, 224], samples[0][0].Dims);
    }

    [Fact]
    public void Generated_inputs_are_the_same_for_the_same_seed()
    {
        var input = new ModelValue("x", true, ElementType.Float, [-1, 3], ["N", ""]);

        var (first, refusal) = DrawnInputs.Draw([input], 4);
        var (again, _) = DrawnInputs.Draw([input], 4);

        Assert.Null(refusal);
        Assert.Equal(DrawnInputs.Samples, first.Count);
        Assert.Equal<long>([1, 3], first[0][0].Dims);
        Assert.Equal(first[7][0].ToFloats(), again[7][0].ToFloats());
        Assert.NotEqual(first[7][0].ToFloats(), first[8][0].ToFloats());
    }

    [Fact]
    public void Integers_are_drawn_as_valid_indices()
    {
        var (samples, _) = DrawnInputs.Draw([new ModelValue("ids", true, ElementType.Int64, [1, 64], ["", ""])], 4);

        Assert.All(samples[0][0].ToInt64s(), value => Assert.InRange(value, 0, 99));
        Assert.NotEqual(1, samples[0][0].ToInt64s().Distinct().Count());
    }

    [Fact]
    public void Open_sizes_are_one_for_the_batch_and_usual_for_the_rest()
    {
        ModelValue[] inputs =
        [
            new("image", true, ElementType.Float, [-1, 3, -1, -1], ["N", "", "H", "W"]),
            new("tokens", true, ElementType.Int64, [-1, -1], ["N", "T"]),
            new("state", true, ElementType.Float, [2, -1, 64], ["", "batch_size", ""]),
        ];

        var (samples, _) = DrawnInputs.Draw([.. inputs], 4);

        Assert.Equal(["[1,3,224,224]", "[1,128]", "[2,1,64]"], samples[0].Select(tensor => tensor.Shape.ToString()));
    }

    [Fact]
    public void Strings_cannot_be_drawn()
    {
        var (_, refusal) = DrawnInputs.Draw([new ModelValue("text", true, ElementType.String, [1], [""])], 4);

        Assert.Contains("'text'", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_hold_distinct_samples_and_share_settings()
    {
        ModelValue[] inputs = [new("x", true, ElementType.Float, [-1, 16], ["N", ""]), new("rate", true, ElementType.Int64, [], [])];
        var samples = Enumerable.Range(0, 5).Select(seed => new[] { TinyModel.Sample(seed), OnnxTensor.Int64s("rate", [], [16000]) })
            .ToList();

        var (queries, refusal) = SampleBatch.Fit(samples, [.. inputs], batch: 2);

        Assert.Null(refusal);
        Assert.Equal(3, queries.Length);
        Assert.Equal<long>([2, 16], queries[2][0].Dims);
        Assert.Empty(queries[2][1].Dims);
        Assert.Equal([.. TinyModel.Sample(4).ToFloats(), .. TinyModel.Sample(0).ToFloats()], queries[2][0].ToFloats());
    }

    [Fact]
    public void Samples_with_other_names_are_taken_by_position()
    {
        var (queries, refusal) = SampleBatch.Fit([[TinyModel.Sample(0, name: "image")]],
            [new ModelValue("x", true, ElementType.Float, [1, 16], ["", ""])], batch: 1);

        Assert.Null(refusal);
        Assert.Equal("x", queries[0][0].Name);
    }
}
