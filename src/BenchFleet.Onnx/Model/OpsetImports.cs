using System.Collections;

namespace BenchFleet.Onnx;

/// <summary>
/// Domain to version, in file order. The default domain may be spelled "" or "ai.onnx"; both find it, and the file's spelling is kept.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "The word of the format reads better.")]
public sealed class OpsetImports : IReadOnlyCollection<KeyValuePair<string, long>>
{
    private readonly OrderedDictionary<string, long> _versions = new(StringComparer.Ordinal);

    public OpsetImports()
    {
    }

    public OpsetImports(OpsetImports other)
    {
        foreach (var (domain, version) in other)
            _versions[domain] = version;
    }

    public int Count => _versions.Count;

    /// <summary>0 when the domain is not imported; setting 0 removes it.</summary>
    public long this[string domain]
    {
        get => _versions.GetValueOrDefault(Spelling(domain));
        set
        {
            if (value == 0)
                _versions.Remove(Spelling(domain));
            else
                _versions[Spelling(domain)] = value;
        }
    }

    public bool Contains(string domain) => _versions.ContainsKey(Spelling(domain));

    public bool Remove(string domain) => _versions.Remove(Spelling(domain));

    public IEnumerator<KeyValuePair<string, long>> GetEnumerator() => _versions.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static bool IsDefault(string domain) => domain is "" or "ai.onnx";

    private string Spelling(string domain)
    {
        if (!IsDefault(domain) || _versions.ContainsKey(domain))
            return domain;
        return _versions.ContainsKey("ai.onnx") ? "ai.onnx" : "";
    }
}
