using System.Collections.Immutable;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>The inputs of each query in the runtime's memory, made once before anything is timed.</summary>
public sealed class QuerySet : IDisposable
{
    private readonly OrtValue[][] _values;

    /// <param name="queries">One tensor per input of the session, in its order.</param>
    public QuerySet(ImmutableArray<ImmutableArray<OnnxTensor>> queries)
    {
        Tensors = queries;
        _values = [.. queries.Select(query => query.Select(TensorValue.Copy).ToArray())];
    }

    public int Count => _values.Length;

    public ImmutableArray<ImmutableArray<OnnxTensor>> Tensors { get; }

    public long Bytes => Tensors.Sum(query => query.Sum(tensor => (long)tensor.RawBytes.Length));

    internal OrtValue[] this[int query] => _values[query];

    public void Dispose()
    {
        foreach (var value in _values.SelectMany(values => values)) value.Dispose();
    }
}
