using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace BenchFleet.Measurement.Tests.Datasets;

/// <summary>A minimal PNG encoder: eight bits, RGB or grey, no filters.</summary>
internal static class PngBytes
{
    public static byte[] OneColour(int width, int height, byte red, byte green, byte blue) =>
        Rgb(width, height, (_, _) => (red, green, blue));

    public static byte[] Rgb(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> pixel)
    {
        var rows = new byte[height * (1 + (3 * width))];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = (y * (1 + (3 * width))) + 1 + (3 * x);
                (rows[at], rows[at + 1], rows[at + 2]) = pixel(x, y);
            }

        return Encode(width, height, colorType: 2, rows);
    }

    public static byte[] Header(int width, int height) => Encode(width, height, 2, []);

    private static byte[] Encode(int width, int height, byte colorType, byte[] rows)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, colorType);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows);
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, .. Chunk("IHDR", head), .. Chunk("IDAT", packed.ToArray()),
            .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(body));
        return [.. length, .. body, .. crc];
    }

    // PNG specification, annex D.
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var part in bytes)
        {
            crc ^= part;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
