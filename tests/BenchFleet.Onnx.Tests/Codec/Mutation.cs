namespace BenchFleet.Onnx.Tests;

/// <summary>Damaged models, and all that an accepted one must bear. The benchmarks' long runs use it too.</summary>
internal static class Mutation
{
    /// <summary>One to four edits: a byte changed, a bit flipped, a run removed, repeated or replaced by an extreme number.</summary>
    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var edits = random.Next(1, 5); edits > 0 && bytes.Count > 4; edits--)
        {
            var at = random.Next(bytes.Count);
            var run = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, run); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, run)); break;
                case 4: bytes.InsertRange(at, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]); break;
                default: bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : run); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>
    /// Indexed, checked, inferred, costed, sorted, written and read again. True when the bytes were accepted as a model; throws where anything
    /// but a refusal comes of it.
    /// </summary>
    public static bool Use(byte[] bytes)
    {
        if (OnnxFile.Parse(bytes) is not OnnxRead.Success { Model: var model })
            return false;
        _ = new GraphIndex(model.Graph);
        _ = new UniqueNames(model.Graph);
        _ = OnnxChecker.Check(model);
        _ = Cost.Of(model, ShapeInference.Infer(model));
        foreach (var tensor in model.Graph.Initializers.Where(tensor => tensor.ElementType.BitWidth() > 0))
        {
            if (tensor.ElementType.ByteCount(tensor.ElementCount) != tensor.RawBytes.Length)
                throw new InvalidDataException($"The tensor '{tensor.Name}' has {tensor.RawBytes.Length} bytes for {tensor.ElementCount} elements.");
        }

        _ = TopologicalSort.TrySort(model.Clone().Graph);
        var written = OnnxFile.ToBytes(model);
        if (OnnxFile.Parse(written) is not OnnxRead.Success { Model: var again } || !OnnxFile.ToBytes(again).AsSpan().SequenceEqual(written))
            throw new InvalidDataException("What was written is not read as it was.");
        return true;
    }
}
