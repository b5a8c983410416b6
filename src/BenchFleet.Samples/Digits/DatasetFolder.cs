using System.Buffers.Binary;
using System.IO.Compression;

namespace BenchFleet.Samples.Digits;

/// <summary>The files of a dataset folder: IDX as the MNIST page describes it (big-endian header, then bytes) and dataset.yaml.</summary>
internal sealed class DatasetFolder(string folder, bool gzip)
{
    private string Ending => gzip ? ".gz" : "";

    public void WriteSplit(string split, LabelledImages images)
    {
        WriteIdx($"{split}-images-idx3-ubyte", images.Pixels, images.Count, Canvas.Side, Canvas.Side);
        WriteIdx($"{split}-labels-idx1-ubyte", images.Labels, images.Count);
    }

    public void WriteDescription() => File.WriteAllText(Path.Combine(folder, "dataset.yaml"), $$"""
        name: drawn-digits
        task: classification
        splits:
          calibration: { images: calibration-images-idx3-ubyte{{Ending}}, labels: calibration-labels-idx1-ubyte{{Ending}}, format: idx }
          evaluation: { images: evaluation-images-idx3-ubyte{{Ending}}, labels: evaluation-labels-idx1-ubyte{{Ending}}, format: idx }
        preprocessing:
          scale: 0.00392156862745098
          offset: 0
          layout: nchw
        labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

        """.ReplaceLineEndings("\n"));

    private void WriteIdx(string name, byte[] content, params int[] dimensions)
    {
        const byte UnsignedByte = 8;
        var header = new byte[4 + (4 * dimensions.Length)];
        header[2] = UnsignedByte;
        header[3] = (byte)dimensions.Length;
        for (var i = 0; i < dimensions.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);

        using var file = File.Create(Path.Combine(folder, name + Ending));
        using Stream target = gzip ? new GZipStream(file, CompressionLevel.Optimal) : file;
        target.Write(header);
        target.Write(content);
    }
}
