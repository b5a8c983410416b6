using System.Collections.Immutable;
using System.IO.Compression;
using BenchFleet.Measurement.Datasets.Formats;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>One array of a NumPy file whose first axis counts samples.</summary>
/// <param name="Name">Its name in the npz file; empty for a npy file.</param>
internal sealed record SampleArray(string Name, string Where, NpyHeader Header, Func<Stream> Open)
{
    private const long LargestSample = 1 << 28;

    public int Count => checked((int)Header.Shape[0]);

    public ImmutableArray<long> SampleDims => Header.Shape[1..];

    public long SampleBytes => Header.ElementType.ByteCount(SampleDims.Aggregate(1L, (product, dim) => checked(product * dim)));

    /// <summary>One sample after another, the stream kept open between them.</summary>
    public IEnumerable<OnnxTensor> Read(int skip, int count)
    {
        using var stream = Open();
        _ = NpyHeader.Read(stream, Where);
        IdxFile.Skip(stream, skip * SampleBytes);
        for (var i = skip; i < skip + count; i++)
        {
            var bytes = new byte[SampleBytes];
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException($"{Where} ends within sample {i}.");
            yield return OnnxTensor.FromBytes("", Header.ElementType, SampleDims, bytes);
        }
    }

    public static SampleArray Of(string name, string where, Func<Stream> open)
    {
        using var stream = open();
        var header = NpyHeader.Read(stream, where);
        if (header.Shape is not [> 0 and <= int.MaxValue, ..])
            throw new InvalidDataException($"{where} has shape [{string.Join(",", header.Shape)}], whose first axis should count samples.");
        var size = header.Shape.Skip(1).Aggregate((Int128)header.ElementType.BitWidth() / 8, (product, dim) => product * dim);
        return size > 0 && size <= LargestSample
            ? new SampleArray(name, where, header, open)
            : throw new InvalidDataException($"{where} has samples of {size} bytes, where 1 to {LargestSample} are supported.");
    }
}

/// <summary>The arrays of a file, and the one that holds the labels.</summary>
internal sealed record Arrays(string Path, ImmutableArray<SampleArray> Values, SampleArray? Labels)
{
    public static Arrays OfNpy(string path, string? labels) => new(path, [Npy(path)], labels is null ? null : Npy(labels));

    public static Arrays OfNpz(string path, string? labels)
    {
        ImmutableArray<SampleArray> all;
        using (var zip = Open(path))
            all = [.. zip.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal))
                .Select(entry => Npz(path, entry.FullName))];
        var names = string.Join(", ", all.Select(array => array.Name));
        if (labels is null) return new Arrays(path, all, null);
        var found = all.FirstOrDefault(array => array.Name == labels)
            ?? throw new InvalidDataException(
                $"'{System.IO.Path.GetFileName(path)}' has no array '{labels}' for the labels: it has {names}.");
        return new Arrays(path, all.Remove(found), found);
    }

    private static SampleArray Npy(string path) =>
        SampleArray.Of("", $"'{System.IO.Path.GetFileName(path)}'", () => new BufferedStream(File.OpenRead(path), 1 << 16));

    private static SampleArray Npz(string path, string entry)
    {
        var name = entry[..^".npy".Length];
        return SampleArray.Of(name, $"array '{name}' of '{System.IO.Path.GetFileName(path)}'", () => new ZipEntryStream(Open(path), entry));
    }

    private static ZipArchive Open(string path) => new(File.OpenRead(path), ZipArchiveMode.Read);
}
