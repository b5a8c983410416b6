using BenchFleet.Measurement.Datasets.Formats;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>
/// Images and labels in the format of the MNIST files, plain or gzip. Bytes of rank 3 (count, height, width) or 4 (with channels).
/// </summary>
internal sealed class IdxSource : SampleSource
{
    private readonly string _images;
    private readonly IdxHeader _header;
    private readonly int[]? _labels;

    public IdxSource(string images, string? labels, ClassNames classes)
    {
        _images = images;
        _header = IdxFile.ReadHeader(images);
        if (_header.Dims.Length < 2)
            throw new InvalidDataException(
                $"'{Name}' has {_header.Dims.Length} dimension, where a count and the size of a sample are expected.");
        IdxFile.RequireComplete(images, _header);
        if (labels is null) return;

        _labels = [.. IdxFile.ReadVector(labels).Select((label, i) => classes.Check(label, $"'{Path.GetFileName(labels)}' entry {i}"))];
        if (_labels.Length != Count)
            throw new InvalidDataException($"'{Name}' has {Count} images and '{Path.GetFileName(labels)}' has {_labels.Length} labels.");
    }

    public override int Count => _header.Dims[0];

    public override bool HasLabels => _labels is not null;

    private string Name => Path.GetFileName(_images);

    public override IEnumerable<RawSample> Read(int skip, int count)
    {
        var dims = _header.Dims.Skip(1).Select(dim => (long)dim).ToArray();
        var size = checked((int)dims.Aggregate(1L, (product, dim) => product * dim));
        var kind = dims.Length switch { 2 or 3 => RawKind.Image, _ => RawKind.Numbers };
        using var stream = IdxFile.OpenData(_images);
        IdxFile.Skip(stream, (long)skip * size);
        for (var i = skip; i < skip + count; i++)
        {
            var pixels = new byte[size];
            if (stream.ReadAtLeast(pixels, size, throwOnEndOfStream: false) < size)
                throw new InvalidDataException($"'{Name}' ends within image {i}.");
            yield return new RawSample(
                $"'{Name}' image {i}", kind, [OnnxTensor.FromBytes("", ElementType.UInt8, dims, pixels)], _labels?[i]);
        }
    }

    public override IEnumerable<string> Keys(int skip, int count) => Enumerable.Range(skip, count).Select(i => $"{_images}#{i}");
}
