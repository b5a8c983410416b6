using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BenchFleet.Core.Hashing;

/// <summary>SHA-256 of some content, as 64 lower-case hexadecimal digits. Two contents are the same thing when their hashes are equal.</summary>
[JsonConverter(typeof(ContentHashJsonConverter))]
public readonly record struct ContentHash : IComparable<ContentHash>
{
    public const int HexLength = 64;

    private readonly string? _hex;

    private ContentHash(string hex) => _hex = hex;

    public string Hex => _hex ?? throw new InvalidOperationException("An empty content hash was used.");

    public bool IsEmpty => _hex is null;

    /// <summary>The first twelve digits: enough for a person to tell two apart.</summary>
    public string Short => Hex[..12];

    public static ContentHash Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    public static ContentHash Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static async Task<ContentHash> Of(Stream content, CancellationToken cancel) =>
        new(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel)));

    public static ContentHash FromDigest(ReadOnlySpan<byte> sha256) =>
        sha256.Length == 32 ? new(Convert.ToHexStringLower(sha256)) : throw new ArgumentException("A SHA-256 digest has 32 bytes.", nameof(sha256));

    public static bool TryParse(string? text, out ContentHash hash)
    {
        var valid = text is { Length: HexLength } && text.All(char.IsAsciiHexDigitLower);
        hash = valid ? new ContentHash(text!) : default;
        return valid;
    }

    public static ContentHash Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is not a content hash: 64 lower-case hexadecimal digits are expected.");

    public int CompareTo(ContentHash other) => string.CompareOrdinal(_hex, other._hex);

    public override string ToString() => _hex ?? "";

    public static bool operator <(ContentHash left, ContentHash right) => left.CompareTo(right) < 0;

    public static bool operator >(ContentHash left, ContentHash right) => left.CompareTo(right) > 0;

    public static bool operator <=(ContentHash left, ContentHash right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ContentHash left, ContentHash right) => left.CompareTo(right) >= 0;
}

internal sealed class ContentHashJsonConverter : JsonConverter<ContentHash>
{
    public override ContentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ContentHash.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException("A content hash is 64 lower-case hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hex);

    public override ContentHash ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Hex);
}
