namespace BenchFleet.Onnx;

/// <summary>The outcome of reading a model.</summary>
public abstract record OnnxRead
{
    private OnnxRead()
    {
    }

    public sealed record Success(OnnxModel Model) : OnnxRead;

    /// <summary>One sentence: what is wrong and where.</summary>
    public sealed record Refused(string Reason) : OnnxRead;
}
