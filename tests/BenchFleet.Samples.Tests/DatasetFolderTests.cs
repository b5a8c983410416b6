using System.Buffers.Binary;
using System.IO.Compression;

namespace BenchFleet.Samples.Tests;

public sealed class DatasetFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("drawn-digits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void When_a_dataset_is_written_the_idx_files_hold_the_generated_images_and_labels()
    {
        var expected = DrawnDigits.Generate(20, DrawnDigits.EvaluationSeed);

        DrawnDigits.WriteDataset(_folder, calibration: 10, evaluation: 20);

        var images = File.ReadAllBytes(Path.Combine(_folder, "evaluation-images-idx3-ubyte"));
        var labels = File.ReadAllBytes(Path.Combine(_folder, "evaluation-labels-idx1-ubyte"));
        Assert.Equal([0x803, 20, 28, 28], Header(images, 4));
        Assert.Equal([0x801, 20], Header(labels, 2));
        Assert.Equal(expected.Pixels, images[16..]);
        Assert.Equal(expected.Labels, labels[8..]);
    }

    [Fact]
    public void When_a_dataset_is_written_with_gzip_the_files_unpack_to_the_plain_ones()
    {
        DrawnDigits.WriteDataset(_folder, calibration: 10, evaluation: 10);

        DrawnDigits.WriteDataset(_folder, calibration: 10, evaluation: 10, gzip: true);

        var plain = File.ReadAllBytes(Path.Combine(_folder, "calibration-images-idx3-ubyte"));
        Assert.Equal(plain, Unpack("calibration-images-idx3-ubyte.gz"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void When_a_dataset_is_written_every_file_the_description_names_exists(bool gzip)
    {
        DrawnDigits.WriteDataset(_folder, calibration: 10, evaluation: 10, gzip);

        var description = File.ReadAllText(Path.Combine(_folder, "dataset.yaml"));
        var named = description.Split([' ', ',', '\n']).Where(word => word.Contains("-idx", StringComparison.Ordinal)).ToArray();
        Assert.StartsWith("name: drawn-digits\ntask: classification\nsplits:\n", description, StringComparison.Ordinal);
        Assert.Equal(4, named.Length);
        Assert.All(named, file => Assert.True(File.Exists(Path.Combine(_folder, file)), file));
    }

    private static int[] Header(byte[] file, int numbers) =>
        [.. Enumerable.Range(0, numbers).Select(i => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 * i)))];

    private byte[] Unpack(string name)
    {
        using var source = new GZipStream(File.OpenRead(Path.Combine(_folder, name)), CompressionMode.Decompress);
        using var target = new MemoryStream();
        source.CopyTo(target);
        return target.ToArray();
    }
}
