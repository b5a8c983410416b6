using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace BenchFleet.Measurement.Datasets.Formats;

/// <summary>
/// A RIFF WAVE file of 16-bit integer or 32-bit float samples; several channels are averaged. Integers become -1 (inclusive) to 1
/// (exclusive).
/// </summary>
/// <param name="DataOffset">Where the samples begin in the file.</param>
internal sealed record WavFile(string Path, int Rate, int Channels, bool IsFloat, long DataOffset, int Frames)
{
    private const int Integer = 1;
    private const int Float = 3;
    private const int Extensible = 0xfffe;

    private int FrameBytes => Channels * (IsFloat ? 4 : 2);

    private string Name => System.IO.Path.GetFileName(Path);

    public static WavFile Open(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[40];
        if (file.ReadAtLeast(head[..12], 12, throwOnEndOfStream: false) < 12 || !head.StartsWith("RIFF"u8)
            || !head[8..12].SequenceEqual("WAVE"u8))
            throw new InvalidDataException($"'{name}' is not a WAV file.");

        var format = (Rate: 0, Channels: 0, IsFloat: false);
        while (file.ReadAtLeast(head[..8], 8, throwOnEndOfStream: false) == 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (head.StartsWith("fmt "u8))
            {
                var wanted = (int)Math.Min(length, 40);
                var next = file.Position + length + (length & 1);
                if (wanted < 16 || file.ReadAtLeast(head[..wanted], wanted, throwOnEndOfStream: false) < wanted) break;
                format = Format(head[..wanted], name);
                file.Position = next;
            }
            else if (head.StartsWith("data"u8))
            {
                if (format.Channels == 0) break;
                var frame = format.Channels * (format.IsFloat ? 4 : 2);
                return new WavFile(path, format.Rate, format.Channels, format.IsFloat, file.Position,
                    (int)(Math.Min(length, file.Length - file.Position) / frame));
            }
            else
            {
                file.Position += length + (length & 1);
            }
        }

        throw new InvalidDataException($"'{name}' has no sample data.");
    }

    /// <summary>Samples from a frame on; zeros after the end.</summary>
    public float[] Read(FileStream file, long start, int count)
    {
        var present = (int)Math.Clamp(Frames - start, 0, count);
        var bytes = new byte[present * FrameBytes];
        file.Position = DataOffset + (start * FrameBytes);
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"'{Name}' ends within its samples.");

        var result = new float[count];
        for (var frame = 0; frame < present; frame++)
        {
            var sum = 0f;
            for (var channel = 0; channel < Channels; channel++) sum += Value(bytes, (frame * Channels) + channel);
            result[frame] = sum / Channels;
        }

        return result;
    }

    private float Value(byte[] bytes, int index) =>
        IsFloat ? MemoryMarshal.Cast<byte, float>(bytes)[index] : MemoryMarshal.Cast<byte, short>(bytes)[index] / 32768f;

    private static (int Rate, int Channels, bool IsFloat) Format(ReadOnlySpan<byte> fmt, string name)
    {
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt);
        if (tag == Extensible && fmt.Length >= 26) tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt[24..]);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(fmt[2..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fmt[14..]);
        return (tag, bits, channels) is (Integer, 16, > 0 and <= 64) or (Float, 32, > 0 and <= 64)
            ? (BinaryPrimitives.ReadInt32LittleEndian(fmt[4..]), channels, tag == Float)
            : throw new InvalidDataException(
                $"'{name}' has {channels} channels of {bits} bits in format {tag}, where 16-bit integers or 32-bit floats are supported.");
    }
}
