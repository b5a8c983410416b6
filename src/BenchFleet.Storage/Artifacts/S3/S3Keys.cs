using System.Globalization;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts.S3;

/// <summary>
/// Where what lies: whole contents under <c>objects/</c>, the pieces of an upload each under <c>partial/</c> by the place where it begins,
/// and under <c>used/</c> an empty object whose time is that of the last use.
/// </summary>
internal sealed class S3Keys(string prefix)
{
    public string Objects => $"{prefix}objects/";

    public string Partials => $"{prefix}partial/";

    public string Uses => $"{prefix}used/";

    public string Object(ContentHash hash) => $"{Objects}{hash.Hex[..2]}/{hash.Hex}";

    public string Corrupt(ContentHash hash) => $"{prefix}corrupt/{hash.Hex}";

    public string Use(ContentHash hash) => Uses + hash.Hex;

    public string Upload(ContentHash hash, ArtifactOwner? claimant) => $"{Partials}{claimant?.Folder ?? "any"}/{hash.Hex}/";

    public static string Piece(string upload, long offset) => upload + offset.ToString("D20", CultureInfo.InvariantCulture);

    public static long OffsetOf(string piece) => long.Parse(Name(piece), CultureInfo.InvariantCulture);

    public static string Name(string key) => key[(key.LastIndexOf('/') + 1)..];

    public static string UploadOf(string piece) => piece[..(piece.LastIndexOf('/') + 1)];
}
