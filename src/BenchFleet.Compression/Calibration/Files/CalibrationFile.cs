using BenchFleet.Core.Hashing;

namespace BenchFleet.Compression.Calibration.Files;

/// <summary>A record of statistics that was read, or why the file holds none.</summary>
public abstract record CalibrationRead
{
    private CalibrationRead() { }

    public sealed record Success(CalibrationRecord Record) : CalibrationRead;

    public sealed record Refused(string Reason) : CalibrationRead;
}

/// <summary>
/// The file of a <see cref="CalibrationRecord"/>: eight letters, the recipe, the steps with their arrays as they lie in memory (a Gram
/// matrix of 4096 features is 128 MiB, in JSON it would be several times that), and the SHA-256 of it all. Values are sorted by name, so one
/// record has one file.
/// </summary>
public static class CalibrationFile
{
    private static ReadOnlySpan<byte> Mark => "BFSTATS1"u8;

    /// <summary>Writes under another name first, so that a file is whole or not there.</summary>
    public static void Save(CalibrationRecord record, string path)
    {
        var partial = path + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            Write(record, stream);
        File.Move(partial, path, overwrite: true);
    }

    public static CalibrationRead Open(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return new CalibrationRead.Success(Read(stream));
        }
        catch (InvalidDataException damage)
        {
            return new CalibrationRead.Refused($"'{path}' is no file of calibration statistics: {damage.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new CalibrationRead.Refused($"'{path}' cannot be read: {fault.Message}");
        }
    }

    /// <summary>Hash of the file's content, without a file.</summary>
    internal static ContentHash HashOf(CalibrationRecord record)
    {
        using var writer = new RecordWriter(Stream.Null);
        Write(record, writer);
        return ContentHash.FromDigest(writer.Digest());
    }

    internal static void Write(CalibrationRecord record, Stream target)
    {
        using var writer = new RecordWriter(target);
        Write(record, writer);
        target.Write(writer.Digest());
    }

    /// <exception cref="InvalidDataException">The stream holds something else; the message is half a sentence.</exception>
    internal static CalibrationRecord Read(Stream source)
    {
        using var reader = new RecordReader(source);
        if (source.Length < Mark.Length || !reader.Bytes(Mark.Length).AsSpan().SequenceEqual(Mark))
            throw new InvalidDataException("it does not begin with BFSTATS1");
        var record = StatisticsCode.Read(reader);
        var digest = reader.Digest();
        return reader.Bytes(digest.Length).AsSpan().SequenceEqual(digest) && source.Position == source.Length
            ? record
            : throw new InvalidDataException("its hash does not fit its content");
    }

    private static void Write(CalibrationRecord record, RecordWriter writer)
    {
        writer.Bytes(Mark);
        StatisticsCode.Write(record, writer);
    }
}
