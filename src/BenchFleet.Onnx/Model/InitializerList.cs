using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace BenchFleet.Onnx;

/// <summary>The constants of a graph, by name, in file order.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "The word of the format reads better.")]
public sealed class InitializerList : IReadOnlyCollection<OnnxTensor>
{
    private readonly OrderedDictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);

    public InitializerList()
    {
    }

    public InitializerList(IEnumerable<OnnxTensor> tensors)
    {
        foreach (var tensor in tensors)
            Add(tensor);
    }

    public int Count => _tensors.Count;

    public OnnxTensor this[string name] => _tensors[name];

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public bool TryGet(string name, [NotNullWhen(true)] out OnnxTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Throws when the name is taken: two constants of one name are a fault of the caller.</summary>
    public void Add(OnnxTensor tensor) => _tensors.Add(tensor.Name, tensor);

    public bool TryAdd(OnnxTensor tensor) => _tensors.TryAdd(tensor.Name, tensor);

    public bool Remove(string name) => _tensors.Remove(name);

    /// <summary>Puts the tensor in the place of the one with its name, or at the end.</summary>
    public void Replace(OnnxTensor tensor) => _tensors[tensor.Name] = tensor;

    public IEnumerator<OnnxTensor> GetEnumerator() => _tensors.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
