using System.Runtime.InteropServices;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>One output of an inference, as floats.</summary>
internal sealed record OutputValues(string Name, long[] Dims, float[] Values, bool IsFloat);

/// <summary>Answers whole batches. Numeric tensor outputs only; sequences, maps and strings are left out.</summary>
internal interface IModelRun
{
    IReadOnlyList<OutputValues> Run(IReadOnlyDictionary<string, OnnxTensor> feeds);
}

/// <summary>Runs one session, which it owns.</summary>
internal sealed class ModelRun(InferenceSession session) : IModelRun, IDisposable
{
    private readonly RunOptions _options = new();

    public IReadOnlyList<OutputValues> Run(IReadOnlyDictionary<string, OnnxTensor> feeds)
    {
        var names = feeds.Keys.ToArray();
        var inputs = new List<OrtValue>();
        try
        {
            foreach (var name in names) inputs.Add(ToOrt(feeds[name]));
            using var outputs = session.Run(_options, names, inputs, session.OutputNames);
            return [.. session.OutputNames.Zip(outputs).Where(pair => pair.Second.IsTensor).Select(pair => Read(pair.First, pair.Second))
                .OfType<OutputValues>()];
        }
        finally
        {
            foreach (var input in inputs) input.Dispose();
        }
    }

    public void Dispose()
    {
        _options.Dispose();
        session.Dispose();
    }

    // TensorElementType has the numbers of TensorProto.DataType, as our own enumeration does.
    private static OrtValue ToOrt(OnnxTensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, (TensorElementType)(int)tensor.ElementType, [.. tensor.Dims]);
        if (tensor.RawBytes.Length > 0) tensor.RawBytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static OutputValues? Read(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var type = (ElementType)(int)info.ElementDataType;
        if (type.BitWidth() < 8) return null;
        if (type == ElementType.Float) return new OutputValues(name, info.Shape, value.GetTensorDataAsSpan<float>().ToArray(), true);
        var raw = info.ElementCount == 0 ? [] : MemoryMarshal.AsBytes(value.GetTensorMutableRawData()).ToArray();
        return new OutputValues(name, info.Shape, OnnxTensor.FromBytes(name, type, info.Shape, raw).ToFloats(), type.IsFloat());
    }
}
