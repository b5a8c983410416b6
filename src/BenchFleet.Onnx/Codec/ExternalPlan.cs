using System.Globalization;

namespace BenchFleet.Onnx;

/// <summary>Decides which initializers go to the weight file, and where: each at a multiple of 4 KiB so that it can be mapped.</summary>
internal sealed class ExternalPlan(string file, long threshold)
{
    private const long Alignment = 4096;
    private readonly List<Placed> _placed = [];
    private long _end;

    public bool IsEmpty => _placed.Count == 0;

    public Placed? Place(OnnxTensor tensor)
    {
        if (tensor.Weight.ByteLength < Math.Max(1, threshold) || tensor.ElementType == ElementType.String)
            return null;
        var offset = (_end + Alignment - 1) / Alignment * Alignment;
        var placed = new Placed(file, offset, tensor.Weight);
        _end = offset + tensor.Weight.ByteLength;
        _placed.Add(placed);
        return placed;
    }

    public void WriteWeights(Stream target)
    {
        var position = 0L;
        Span<byte> zeros = stackalloc byte[(int)Alignment];
        zeros.Clear();
        foreach (var placed in _placed)
        {
            target.Write(zeros[..(int)(placed.Offset - position)]);
            placed.Weight.CopyTo(target);
            position = placed.Offset + placed.Weight.ByteLength;
        }
    }

    public sealed record Placed(string File, long Offset, Weight Weight)
    {
        public void Write(ProtoWriter writer)
        {
            Entry(writer, "location", File);
            Entry(writer, "offset", Offset.ToString(CultureInfo.InvariantCulture));
            Entry(writer, "length", Weight.ByteLength.ToString(CultureInfo.InvariantCulture));
            writer.Integer(14, 1);
        }

        private static void Entry(ProtoWriter writer, string key, string value)
        {
            var mark = writer.Begin(13);
            writer.TextAlways(1, key);
            writer.TextAlways(2, value);
            writer.End(mark);
        }
    }
}
