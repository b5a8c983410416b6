using Google.Protobuf;

namespace BenchFleet.Onnx.Tests;

public sealed class HostileFileTests
{
    [Fact]
    public void A_file_cut_at_any_byte_is_refused_or_still_a_whole_model()
    {
        var bytes = OnnxFile.ToBytes(Given.ConvRelu());

        var reads = Enumerable.Range(0, bytes.Length).Select(length => OnnxFile.Parse(bytes.AsMemory(0, length))).ToList();

        Assert.Equal("The model is not a readable ONNX model: it is empty.", Given.Reason(reads[0]));
        Assert.All(reads.OfType<OnnxRead.Success>(), read => Assert.NotEmpty(read.Model.Graph.Nodes));
        Assert.True(reads.OfType<OnnxRead.Refused>().Count() > bytes.Length * 9 / 10);
    }

    [Theory]
    [InlineData("<html><body>404 Not Found</body></html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n")]
    [InlineData("PK\u0003\u0004zip")]
    [InlineData("\u0089PNG\r\n")]
    public void What_is_not_onnx_at_all_is_refused(string text)
    {
        var read = OnnxFile.Parse(System.Text.Encoding.Latin1.GetBytes(text));

        Assert.StartsWith("The model is not a readable ONNX model: ", Given.Reason(read), StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_far_beyond_the_file_is_refused()
    {
        byte[] bytes = [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];

        Assert.Contains("cut short or damaged", Given.Reason(OnnxFile.Parse(bytes)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { long.MaxValue, 2 }, "more elements than a file can hold")]
    [InlineData(new[] { 1L << 32, 1L << 32, 1L << 32, 1L << 32, 1L << 32 }, "more elements than a file can hold")]
    [InlineData(new long[] { -1 }, "negative dimension -1")]
    [InlineData(new long[] { 2, 3 }, "has 4 bytes, its shape needs 24")]
    public void Dims_that_the_data_cannot_fill_are_refused(long[] dims, string reason)
    {
        var tensor = new Proto.TensorProto { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(new byte[4]) };
        tensor.Dims.Add(dims);

        Assert.Contains(reason, Given.Reason(OnnxFile.Parse(Oracle.Model(tensor))), StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_dims_beside_a_zero_are_an_empty_tensor()
    {
        var tensor = new Proto.TensorProto { Name = "w", DataType = 1 };
        tensor.Dims.Add([0, long.MaxValue, long.MaxValue]);

        var read = Given.Parsed(Oracle.Model(tensor)).Graph.Initializers["w"];

        Assert.Equal((0, 0), (read.ElementCount, read.RawBytes.Length));
        Assert.Equal(0, read.Shape.ElementCount);
    }

    [Fact]
    public void Data_in_the_wrong_field_or_twice_is_refused()
    {
        var wrong = new Proto.TensorProto { Name = "w", DataType = 1 };
        wrong.DoubleData.Add(1);
        var twice = new Proto.TensorProto { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(new byte[4]) };
        twice.FloatData.Add(1);

        Assert.Contains("of type Float has its data in field 10", Given.Reason(OnnxFile.Parse(Oracle.Model(wrong))),
            StringComparison.Ordinal);
        Assert.Contains("has its data twice", Given.Reason(OnnxFile.Parse(Oracle.Model(twice))), StringComparison.Ordinal);
    }

    [Fact]
    public void Subgraphs_nested_beyond_the_limit_are_refused()
    {
        var graph = Array.Empty<byte>();
        for (var depth = 0; depth < 2000; depth++)
            graph = Message(1, Message(5, [.. Message(6, graph), 0xA0, 0x01, 5]));

        var read = OnnxFile.Parse(Framed(graph));

        Assert.Contains("nested deeper than 64", Given.Reason(read), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_unfolds_into_a_large_structure_is_refused()
    {
        var nodes = new byte[2_000_000];
        for (var i = 0; i < nodes.Length; i += 2)
            nodes[i] = 0x0A;

        var read = OnnxFile.Parse(Framed(nodes), new ReadLimits { StructureBytes = 10_000_000 });

        Assert.Contains("needs more than 10000000 bytes", Given.Reason(read), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        var bytes = Framed([0x12, 2, 0xC3, 0x28]);

        Assert.Contains("the graph's name (byte 6) is not UTF-8 text", Given.Reason(OnnxFile.Parse(bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_initializers_of_one_name_are_refused()
    {
        var tensor = new Proto.TensorProto { Name = "w", DataType = 1 };
        tensor.Dims.Add(0);

        var read = OnnxFile.Parse(Oracle.Model(graph => graph.Initializer.Add([tensor, tensor.Clone()])));

        Assert.Contains("two initializers named 'w'", Given.Reason(read), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_name()
    {
        var folder = Path.GetTempPath();

        Assert.Contains("There is no file", Given.Reason(OnnxFile.Open(Path.Combine(folder, "no-such-model.onnx"))),
            StringComparison.Ordinal);
        Assert.Contains("is a folder", Given.Reason(OnnxFile.Open(folder)), StringComparison.Ordinal);
    }

    /// <summary>IR version 8 and the given bytes as the graph, for graphs that the stock writer cannot write.</summary>
    private static byte[] Framed(byte[] graph) => [8, 8, .. Message(7, graph)];

    private static byte[] Message(int field, byte[] content)
    {
        Span<byte> length = stackalloc byte[10];
        var size = Varint.Write(length, (ulong)content.Length);
        return [(byte)(field << 3 | 2), .. length[..size], .. content];
    }
}
