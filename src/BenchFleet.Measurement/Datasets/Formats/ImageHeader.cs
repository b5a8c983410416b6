using System.Buffers.Binary;

namespace BenchFleet.Measurement.Datasets.Formats;

/// <summary>
/// Width and height from the first bytes of a PNG (IHDR) or JPEG (start of frame), so that a file of a few bytes cannot make the decoder
/// ask for gigabytes.
/// </summary>
internal static class ImageHeader
{
    public static (int Width, int Height)? Read(ReadOnlySpan<byte> bytes) => IsPng(bytes) ? Png(bytes) : IsJpeg(bytes) ? Jpeg(bytes) : null;

    private static bool IsPng(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

    private static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8]);

    private static (int, int)? Png(ReadOnlySpan<byte> bytes) => bytes.Length < 24
        ? null
        : (BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));

    private static (int, int)? Jpeg(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 < bytes.Length;)
        {
            if (bytes[at] != 0xff) return null;
            var marker = bytes[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }

            // Start of frame: C0 to CF but for the tables C4, C8 and CC.
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
                return (BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }

        return null;
    }
}
