using System.Collections;
using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>
/// The attributes of a node in file order. Typed getters give the default where the attribute is absent or of another kind; which kinds an
/// operator wants is the checker's affair.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "The word of the format reads better.")]
public sealed class AttributeList : IReadOnlyCollection<OnnxAttribute>
{
    private readonly List<OnnxAttribute> _attributes = [];

    public int Count => _attributes.Count;

    public OnnxAttribute? this[string name] => _attributes.Find(attribute => attribute.Name == name);

    public bool Has(string name) => this[name] is not null;

    public long Int(string name, long fallback = 0) => this[name] is { Kind: AttributeKind.Int } found ? found.Int : fallback;

    public float Float(string name, float fallback = 0) => this[name] is { Kind: AttributeKind.Float } found ? found.Float : fallback;

    public string String(string name, string fallback = "") => this[name] is { Kind: AttributeKind.String } found ? found.String : fallback;

    /// <summary>Empty where absent: ask <see cref="Has"/> when an empty list means something else.</summary>
    public ImmutableArray<long> Ints(string name) => this[name] is { Kind: AttributeKind.Ints } found ? found.Ints : [];

    public ImmutableArray<float> Floats(string name) => this[name] is { Kind: AttributeKind.Floats } found ? found.Floats : [];

    public IReadOnlyList<string> Strings(string name) => this[name]?.Strings ?? [];

    public OnnxTensor? Tensor(string name) => this[name]?.Tensor;

    public OnnxGraph? Graph(string name) => this[name]?.Graph;

    public void Set(string name, long value) => Set(OnnxAttribute.Of(name, value));

    public void Set(string name, float value) => Set(OnnxAttribute.Of(name, value));

    public void Set(string name, string value) => Set(OnnxAttribute.Of(name, value));

    public void Set(string name, OnnxTensor value) => Set(OnnxAttribute.Of(name, value));

    public void Set(string name, OnnxGraph value) => Set(OnnxAttribute.Of(name, value));

    public void Set(string name, IEnumerable<long> values) => Set(OnnxAttribute.Of(name, values));

    public void Set(string name, IEnumerable<float> values) => Set(OnnxAttribute.Of(name, values));

    public void Set(string name, IEnumerable<string> values) => Set(OnnxAttribute.Of(name, values));

    /// <summary>Replaces the attribute of that name in its place, or adds it at the end.</summary>
    public void Set(OnnxAttribute attribute)
    {
        var index = _attributes.FindIndex(existing => existing.Name == attribute.Name);
        if (index < 0)
            _attributes.Add(attribute);
        else
            _attributes[index] = attribute;
    }

    /// <summary>Adds without looking for the name: for readers and collection expressions.</summary>
    public void Add(OnnxAttribute attribute) => _attributes.Add(attribute);

    public bool Remove(string name) => _attributes.RemoveAll(attribute => attribute.Name == name) > 0;

    public IEnumerator<OnnxAttribute> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
