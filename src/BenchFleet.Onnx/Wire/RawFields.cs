namespace BenchFleet.Onnx;

/// <summary>
/// Fields of a message that this version does not model (newer than it, or never edited), kept byte for byte in their order and written
/// back after the modelled ones. Immutable, so clones share it.
/// </summary>
internal sealed class RawFields
{
    public static readonly RawFields None = new([]);

    private RawFields(Slice[] fields) => Fields = fields;

    public IReadOnlyList<Slice> Fields { get; }

    /// <summary>Collects during a read; most messages have none, so nothing is allocated for them.</summary>
    internal struct Builder
    {
        private List<Slice>? _fields;

        public void Add(ReadState state, in Field field)
        {
            if (state.Spend(48))
                (_fields ??= []).Add(field.Whole);
        }

        public readonly RawFields Build() => _fields is null ? None : new RawFields([.. _fields]);
    }
}
