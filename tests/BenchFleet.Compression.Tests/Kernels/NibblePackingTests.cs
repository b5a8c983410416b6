using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class NibblePackingTests
{
    [Fact]
    public void The_first_value_is_in_the_low_nibble()
    {
        var packed = new byte[2];

        NibblePacking.Pack([1, 2, 0xFF], packed);

        Assert.Equal([0x21, 0x0F], packed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(203)]
    public void Vectors_and_scalars_pack_alike_and_unpacking_restores(int count)
    {
        var values = Enumerable.Range(0, count).Select(i => unchecked((byte)(sbyte)(i * 7 % 16 - 8))).ToArray();
        var packed = new byte[NibblePacking.PackedLength(count)];
        var scalar = new byte[packed.Length];
        var back = new byte[count];

        NibblePacking.Pack(values, packed);
        NibblePacking.PackScalar(values, scalar);
        NibblePacking.Unpack(packed, signed: true, back);

        Assert.Equal(scalar, packed);
        Assert.Equal(values, back);
    }
}
