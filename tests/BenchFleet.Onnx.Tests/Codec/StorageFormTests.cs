using System.Runtime.InteropServices;
using Google.Protobuf;

namespace BenchFleet.Onnx.Tests;

public sealed class StorageFormTests
{
    [Fact]
    public void Float_data_reads_as_raw_bytes_and_stays_float_data_when_written()
    {
        var stored = Tensor(ElementType.Float, [3], tensor => tensor.FloatData.Add([1.5f, -2f, float.NaN]));

        var read = Read(stored);

        Assert.Equal([1.5f, -2f, float.NaN], read.AsFloats().ToArray());
        Assert.Equal(stored, Proto.TensorProto.Parser.ParseFrom(read.Serialize()));
    }

    [Theory]
    [InlineData(ElementType.Int32, new[] { -5, 7 }, new[] { -5f, 7f })]
    [InlineData(ElementType.Int16, new[] { -5, 32767 }, new[] { -5f, 32767f })]
    [InlineData(ElementType.UInt16, new[] { 65535, 1 }, new[] { 65535f, 1f })]
    [InlineData(ElementType.Int8, new[] { -128, 127 }, new[] { -128f, 127f })]
    [InlineData(ElementType.UInt8, new[] { 255, 0 }, new[] { 255f, 0f })]
    [InlineData(ElementType.Bool, new[] { 1, 0 }, new[] { 1f, 0f })]
    [InlineData(ElementType.Float16, new[] { 0x3C00, 0xC000 }, new[] { 1f, -2f })]
    [InlineData(ElementType.BFloat16, new[] { 0x3F80, 0xC000 }, new[] { 1f, -2f })]
    [InlineData(ElementType.Float8E4M3FN, new[] { 0x38, 0xC8 }, new[] { 1f, -4f })]
    [InlineData(ElementType.Float8E5M2, new[] { 0x3C, 0xC4 }, new[] { 1f, -4f })]
    [InlineData(ElementType.Int4, new[] { 0x7F, 0x08 }, new[] { -1f, 7f, -8f })]
    [InlineData(ElementType.UInt4, new[] { 0x7F, 0x08 }, new[] { 15f, 7f, 8f })]
    [InlineData(ElementType.Float4E2M1, new[] { 0x72, 0x0F }, new[] { 1f, 6f, -6f })]
    [InlineData(ElementType.UInt2, new[] { 0xE4, 0x02 }, new[] { 0f, 1f, 2f, 3f, 2f })]
    [InlineData(ElementType.Int2, new[] { 0xE4, 0x02 }, new[] { 0f, 1f, -2f, -1f, -2f })]
    public void Int32_data_carries_every_narrow_type(ElementType type, int[] entries, float[] values)
    {
        var stored = Tensor(type, [values.Length], tensor => tensor.Int32Data.Add(entries));

        var read = Read(stored);

        Assert.Equal(values, read.ToFloats());
        Assert.Equal(OracleBytes.Of(stored), read.RawBytes);
        Assert.Equal(stored, Proto.TensorProto.Parser.ParseFrom(read.Serialize()));
    }

    [Fact]
    public void Wide_typed_fields_read_as_their_bytes()
    {
        var int64 = Read(Tensor(ElementType.Int64, [2], tensor => tensor.Int64Data.Add([long.MinValue, 3])));
        var uint64 = Read(Tensor(ElementType.UInt64, [1], tensor => tensor.Uint64Data.Add(ulong.MaxValue)));
        var uint32 = Read(Tensor(ElementType.UInt32, [2], tensor => tensor.Uint64Data.Add([uint.MaxValue, 1])));
        var doubles = Read(Tensor(ElementType.Double, [2], tensor => tensor.DoubleData.Add([0.1, -1e300])));
        var complex = Read(Tensor(ElementType.Complex64, [1], tensor => tensor.FloatData.Add([1f, 2f])));

        Assert.Equal([long.MinValue, 3], int64.ToInt64s());
        Assert.Equal([-1L], uint64.ToInt64s());
        Assert.Equal([uint.MaxValue, 1L], uint32.ToInt64s());
        Assert.Equal([0.1, -1e300], MemoryMarshal.Cast<byte, double>(doubles.RawBytes).ToArray());
        Assert.Equal(8, complex.RawBytes.Length);
    }

    [Fact]
    public void Values_written_one_by_one_and_packed_in_one_tensor_are_all_read()
    {
        var packed = new Proto.TensorProto { DataType = (int)ElementType.Int64, Name = "t" };
        packed.Dims.Add(3);
        packed.Int64Data.Add([1, 2]);
        byte[] single = [(7 << 3) | 0, 3];

        var read = Assert.IsType<TensorRead.Success>(OnnxTensor.Parse((byte[])[.. packed.ToByteArray(), .. single])).Tensor;

        Assert.Equal([1L, 2, 3], read.ToInt64s());
    }

    [Fact]
    public void Strings_are_read_written_and_made()
    {
        var stored = Tensor(ElementType.String, [2],
            tensor => tensor.StringData.Add([ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("€")]));

        var read = Read(stored);

        Assert.Equal(["a", "€"], read.ToStrings());
        Assert.Equal(stored, Proto.TensorProto.Parser.ParseFrom(read.Serialize()));
        Assert.Equal(["x"], OnnxTensor.Strings("s", [1], ["x"]).ToStrings());
    }

    [Fact]
    public void Half_floats_and_bytes_made_here_read_back()
    {
        Assert.Equal([1f, -2f], OnnxTensor.Float16s("h", [2], [(Half)1, (Half)(-2)]).ToFloats());
        Assert.Equal([-3L, 4], OnnxTensor.Int8s("b", [2], [-3, 4]).ToInt64s());
        Assert.Equal([1L, 0], OnnxTensor.Bools("f", [2], [true, false]).ToInt64s());
    }

    [Fact]
    public void A_factory_refuses_values_that_do_not_fit_the_shape() =>
        Assert.Throws<ArgumentException>(() => OnnxTensor.Floats("w", [2, 2], [1, 2, 3]));

    [Fact]
    public void A_derived_weight_is_computed_once_for_reading()
    {
        var calls = 0;
        var tensor = OnnxTensor.FromWeight("d", ElementType.UInt8, [2], Weight.Derived(2, () => [(byte)++calls, 9]));

        var (first, second) = (tensor.RawBytes.ToArray(), tensor.RawBytes.ToArray());

        Assert.Equal([1, 9], first);
        Assert.Equal(first, second);
    }

    private static OnnxTensor Read(Proto.TensorProto stored) =>
        Assert.IsType<TensorRead.Success>(OnnxTensor.Parse(stored.ToByteArray())).Tensor;

    private static Proto.TensorProto Tensor(ElementType type, long[] dims, Action<Proto.TensorProto> fill)
    {
        var tensor = new Proto.TensorProto { DataType = (int)type, Name = "t" };
        tensor.Dims.Add(dims);
        fill(tensor);
        return tensor;
    }
}
