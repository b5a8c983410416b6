using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BenchFleet.Measurement.Sessions;

/// <summary>Tensors in the runtime's own memory.</summary>
public static class TensorValue
{
    public static OrtValue Allocate(ElementType type, IEnumerable<long> dims) =>
        OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type, [.. dims]);

    /// <summary>A copy of <paramref name="tensor"/>, so that its memory is the runtime's and never moves.</summary>
    public static OrtValue Copy(OnnxTensor tensor)
    {
        if (tensor.ElementType == ElementType.String) return Strings(tensor);
        var value = Allocate(tensor.ElementType, tensor.Dims);
        if (tensor.ElementCount > 0) tensor.RawBytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    /// <summary>The bytes of a numeric output.</summary>
    public static OnnxTensor Read(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var data = info.ElementCount == 0 ? [] : value.GetTensorDataAsSpan<byte>().ToArray();
        return OnnxTensor.FromBytes(name, (ElementType)info.ElementDataType, info.Shape, data);
    }

    private static OrtValue Strings(OnnxTensor tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [.. tensor.Dims]);
        var strings = tensor.ToStrings();
        for (var i = 0; i < strings.Count; i++) value.StringTensorSetElementAt(strings[i].AsSpan(), i);
        return value;
    }
}
