using System.Buffers.Binary;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Tests.Datasets;

public sealed class FormatTests : IDisposable
{
    private readonly DatasetFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void When_a_csv_names_its_columns_the_label_is_found_by_name()
    {
        Split("classification", "{ format: csv, file: iris.csv, label: kind }", "labels: [setosa, virginica]");
        _folder.Put("iris.csv", "length,width,kind\n1.5,2,virginica\n3,4,setosa\n");

        var samples = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", Dim.Unknown, 2));

        Assert.Equal([1, 0], samples.Select(sample => sample.Label!.Value));
        Assert.Equal([1.5f, 2f], samples[0].Feeds["x"].ToFloats());
    }

    [Fact]
    public void When_a_csv_line_has_a_word_among_numbers_the_line_is_named()
    {
        Split("none", "{ format: csv, file: rows.csv }");
        _folder.Put("rows.csv", "1,2\n3,x\n");
        var read = Assert.IsType<SampleRead.Fits>(
            _folder.Open().Samples(Dataset.Evaluation, DatasetFixture.Model(DatasetFixture.Input("x", 1, 2))));

        var fault = Assert.Throws<InvalidDataException>(() => read.Samples.Count());

        Assert.Contains("'rows.csv' line 2 column 1 has 'x', where a number is expected", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_an_npz_has_an_array_for_each_input_they_are_matched_by_name()
    {
        Split("classification", "{ format: npz, file: data.npz, labels: y, inputs: { tokens: ids, mask: mask } }");
        _folder.Put("data.npz",
            NpyBytes.Zip(("ids", NpyBytes.Of("<i8", "2, 3", [1L, 2, 3, 4, 5, 1L << 40])),
            ("mask", NpyBytes.Of("|b1", "2, 3", new byte[] { 1, 1, 0, 1, 1, 1 })), ("y", NpyBytes.Of("<i4", "2,", [7, 8]))));

        var samples = _folder.Samples(
            Dataset.Evaluation, new ValueInfo("mask", ElementType.Float, Shape.Of(Dim.Unknown, Dim.Unknown)),
            new ValueInfo("tokens", ElementType.Int64, Shape.Of(Dim.Unknown, Dim.Unknown)));

        Assert.Equal([4L, 5, 1L << 40], samples[1].Feeds["tokens"].AsInt64s().ToArray());
        Assert.Equal([1f, 1, 0], samples[0].Feeds["mask"].AsFloats().ToArray());
        Assert.Equal(8, samples[1].Label);
    }

    [Fact]
    public void When_an_npy_is_in_fortran_order_the_remedy_is_named()
    {
        Split("none", "{ format: npy, file: x.npy }");
        _folder.Put("x.npy", NpyBytes.Of("<f4", "2, 2", new float[4], fortran: true));

        Assert.Contains("Fortran order: save it with numpy.ascontiguousarray", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_an_npy_holds_python_objects_it_is_refused()
    {
        Split("none", "{ format: npy, file: x.npy }");
        _folder.Put("x.npy", NpyBytes.Of("|O", "2,", new byte[16]));

        Assert.Contains("elements '|O', where little-endian numbers", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_sound_is_cut_into_windows_the_stride_overlaps_them()
    {
        Split("none", "{ format: wav, files: a.wav, window: 4, stride: 2, rate: 16000 }");
        _folder.Put("a.wav", Wav(16000, 1, [0, 16384, -32768, 8192, 0, 0, 32767]));

        var samples = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("sound", Dim.Named("batch"), Dim.Named("sequence")));

        Assert.Equal(2, samples.Count);
        Assert.Equal([1L, 4], samples[0].Feeds["sound"].Dims.ToArray());
        Assert.Equal([-1f, 0.25f, 0, 0], samples[1].Feeds["sound"].ToFloats());
    }

    [Fact]
    public void When_sound_has_two_channels_they_are_averaged_and_a_short_file_is_padded()
    {
        Split("none", "{ format: wav, files: [a.wav], window: 3 }");
        _folder.Put("a.wav", Wav(8000, 2, [16384, 0, -16384, -16384]));

        Assert.Equal([0.25f, -0.5f, 0], _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 3))[0].Feeds["x"].ToFloats());
    }

    [Fact]
    public void When_the_rate_differs_from_the_declared_one_the_file_is_named()
    {
        Split("none", "{ format: wav, files: a.wav, window: 4, rate: 16000 }");
        _folder.Put("a.wav", Wav(8000, 1, [0, 0, 0, 0]));

        Assert.Contains("'a.wav' has 8000 samples a second, where rate says 16000", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_inputs_are_fixed_every_sample_carries_them_in_the_models_type()
    {
        Split("none", "{ format: wav, files: a.wav, window: 4 }", "inputs: { state: \"zeros[2,1,3]\", sr: 16000 }");
        _folder.Put("a.wav", Wav(16000, 1, [0, 0, 0, 0]));

        var feeds = _folder.Samples(
            Dataset.Evaluation, DatasetFixture.Input("input", 1, 4), DatasetFixture.Input("state", 2, Dim.Named("batch"), 3),
            new ValueInfo("sr", ElementType.Int64, Shape.Scalar))[0].Feeds;

        Assert.Equal([2L, 1, 3], feeds["state"].Dims.ToArray());
        Assert.Equal([16000L], feeds["sr"].AsInt64s().ToArray());
    }

    [Fact]
    public void When_an_input_has_no_value_the_sentence_says_what_to_write()
    {
        Split("none", "{ format: wav, files: a.wav, window: 4 }");
        _folder.Put("a.wav", Wav(16000, 1, [0, 0, 0, 0]));

        var reason = _folder.Misfit(Dataset.Evaluation, DatasetFixture.Input("input", 1, 4), DatasetFixture.Input("state", 2, 1, 3));

        Assert.Contains("name the inputs that stay the same under 'inputs'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void When_test_data_is_given_it_is_fed_as_it_is_in_the_order_of_the_inputs()
    {
        Split("none", "{ format: testdata, folder: . }");
        _folder.Put("test_data_set_0/input_0.pb", OnnxTensor.Floats("", [2], [1, 2]).Serialize());
        _folder.Put("test_data_set_0/input_1.pb", OnnxTensor.Int32s("", [], [5]).Serialize());
        _folder.Put("test_data_set_0/output_0.pb", OnnxTensor.Floats("", [2], [5, 10]).Serialize());

        var sample = Assert.Single(
            _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("a", 2), new ValueInfo("b", ElementType.Int32, Shape.Scalar)));

        Assert.Equal([1f, 2f], sample.Feeds["a"].ToFloats());
        Assert.Equal(5, sample.Feeds["b"].AsInt32s()[0]);
    }

    private void Split(string task, string split, string more = "") =>
        _folder.Describe($"name: tiny\ntask: {task}\nsplits:\n  evaluation: {split}\n{more}\n");

    private static byte[] Wav(int rate, short channels, short[] samples)
    {
        var bytes = new byte[44 + (2 * samples.Length)];
        var span = bytes.AsSpan();
        "RIFF"u8.CopyTo(span);
        "WAVEfmt "u8.CopyTo(span[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(span[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(span[22..], channels);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], rate);
        BinaryPrimitives.WriteInt16LittleEndian(span[34..], 16);
        "data"u8.CopyTo(span[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], 2 * samples.Length);
        for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(span[(44 + (2 * i))..], samples[i]);
        return bytes;
    }
}
