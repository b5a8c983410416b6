using System.Text;
using System.Text.Json;
using BenchFleet.Core.Hashing;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Inputs;

/// <summary>
/// Samples in one file, so that a launch opens one file and copies bytes: the line <c>BFIN1</c>, one line of JSON that lists name, element
/// type and shape of each tensor of each sample, then their bytes in that order, little-endian, without gaps. Strings are not supported.
/// </summary>
public static class PackedInputs
{
    public const string Extension = ".bfin";

    private const string Magic = "BFIN1";
    private const int LongestHeader = 16 << 20;

    /// <param name="samples">The named input tensors of each sample.</param>
    public static void Write(string path, IEnumerable<IReadOnlyList<OnnxTensor>> samples)
    {
        var all = samples.ToList();
        using var file = File.Create(path);
        file.Write(Encoding.UTF8.GetBytes($"{Magic}\n{CanonicalJson.Write(all.Select(Describe).ToList())}\n"));
        foreach (var tensor in all.SelectMany(sample => sample)) tensor.Weight.CopyTo(file);
    }

    /// <exception cref="InvalidDataException">The file is not a packed inputs file, or is cut short.</exception>
    public static IReadOnlyList<IReadOnlyList<OnnxTensor>> Read(string path)
    {
        using var file = File.OpenRead(path);
        if (ReadLine(file) != Magic)
            throw new InvalidDataException($"'{path}' is not a packed inputs file: it does not begin with {Magic}.");
        try
        {
            var header = CanonicalJson.Read<List<List<Entry>>>(ReadLine(file));
            return header.Select(tensors => (IReadOnlyList<OnnxTensor>)[.. tensors.Select(tensor => ReadTensor(file, tensor))]).ToList();
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' is not a complete packed inputs file: {e.Message}", e);
        }
    }

    private static List<Entry> Describe(IReadOnlyList<OnnxTensor> sample) =>
        sample.Select(tensor => new Entry(tensor.Name, (int)tensor.ElementType, [.. tensor.Dims])).ToList();

    private static OnnxTensor ReadTensor(FileStream file, Entry entry)
    {
        var type = (ElementType)entry.Type;
        var bytes = entry.Shape.Any(dim => dim < 0) ? -1
            : type.ByteCount(entry.Shape.Aggregate(1L, (product, dim) => checked(product * dim)));
        if (bytes < 0 || bytes > file.Length - file.Position)
            throw new EndOfStreamException($"the data of input '{entry.Name}' is cut short");
        var data = new byte[bytes];
        file.ReadExactly(data);
        return OnnxTensor.FromBytes(entry.Name, type, entry.Shape, data);
    }

    private static string ReadLine(FileStream file)
    {
        var line = new List<byte>();
        for (int next; (next = file.ReadByte()) is not (-1 or '\n') && line.Count < LongestHeader;) line.Add((byte)next);
        return Encoding.UTF8.GetString([.. line]);
    }

    private sealed record Entry(string Name, int Type, long[] Shape);
}
