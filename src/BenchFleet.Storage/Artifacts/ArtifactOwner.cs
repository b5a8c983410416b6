using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts;

/// <summary>
/// For whom a content is there. A content is stored once however many have it, so having its hash is no proof of having had the content:
/// an owner is written down when it has sent every byte.
/// </summary>
public sealed record ArtifactOwner(string Text)
{
    public static ArtifactOwner Project(string name) => new($"project:{name}");

    public static ArtifactOwner Agent(Guid id) => new($"agent:{id:N}");

    /// <summary>What belongs to a variant is visible to every project that has a trial of it.</summary>
    public static ArtifactOwner Variant(ContentHash key) => new(VariantPrefix + key.Hex);

    internal const string VariantPrefix = "variant:";

    /// <summary>Uploads of unlike owners do not mix.</summary>
    internal string Folder => ContentHash.Of(Text).Short;

    public override string ToString() => Text;
}
