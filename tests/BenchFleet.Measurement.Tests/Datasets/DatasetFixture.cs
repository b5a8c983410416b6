using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Tests.Datasets;

/// <summary>A dataset folder of its own for a test, deleted with it.</summary>
public sealed class DatasetFixture : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("benchfleet-dataset-").FullName;

    public DatasetFixture Describe(string yaml)
    {
        File.WriteAllText(Path.Combine(Folder, "dataset.yaml"), yaml);
        return this;
    }

    public DatasetFixture Put(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    public DatasetFixture Put(string name, string text) => Put(name, Encoding.UTF8.GetBytes(text));

    public DatasetFixture PutIdx(string name, byte[] values, params int[] dims)
    {
        var header = new byte[4 + (4 * dims.Length)];
        (header[2], header[3]) = (8, (byte)dims.Length);
        for (var i = 0; i < dims.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dims[i]);
        byte[] all = [.. header, .. values];
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return Put(name, all);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(all);
        return Put(name, packed.ToArray());
    }

    public Dataset Open() => DatasetFolder.Open(Folder) switch
    {
        DatasetOpening.Opened opened => opened.Dataset,
        DatasetOpening.Refused refused => throw new InvalidOperationException(refused.Reason),
        _ => throw new InvalidOperationException(),
    };

    public string Refusal() => Assert.IsType<DatasetOpening.Refused>(DatasetFolder.Open(Folder)).Reason;

    public List<Sample> Samples(string split, params ValueInfo[] inputs) =>
        [.. Assert.IsType<SampleRead.Fits>(Open().Samples(split, Model(inputs))).Samples];

    public string Misfit(string split, params ValueInfo[] inputs) =>
        Assert.IsType<SampleRead.Refused>(Open().Samples(split, Model(inputs))).Reason;

    public static ModelSignature Model(params ValueInfo[] inputs) => new([.. inputs], []);

    public static ValueInfo Input(string name, params Dim[] dims) => new(name, ElementType.Float, Shape.Of(dims));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
