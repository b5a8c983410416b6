namespace BenchFleet.Onnx;

public abstract record TensorRead
{
    private TensorRead()
    {
    }

    public sealed record Success(OnnxTensor Tensor) : TensorRead;

    /// <summary>One sentence: what is wrong and where.</summary>
    public sealed record Refused(string Reason) : TensorRead;
}

public sealed partial class OnnxTensor
{
    /// <summary>
    /// Reads one TensorProto, as in the input_N.pb files of test data sets. The buffer is not copied and must not change afterwards.
    /// </summary>
    public static TensorRead Parse(ReadOnlyMemory<byte> bytes)
    {
        var state = new ReadState(ReadLimits.Default);
        var tensor = new TensorReader(state).Read(Slice.Of(bytes));
        return tensor is null
            ? new TensorRead.Refused($"The bytes are not a readable ONNX tensor: {state.Fault}.")
            : new TensorRead.Success(tensor);
    }

    public byte[] Serialize()
    {
        using var stream = new MemoryStream();
        new ModelWriter().Write(this).CopyTo(stream);
        return stream.ToArray();
    }
}
