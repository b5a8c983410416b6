using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace BenchFleet.Core.Hashing;

/// <summary>
/// The one JSON form of the project: camelCase, enums as words, no insignificant white space, members in declaration order and
/// dictionaries in the order of their (sorted) type. What is hashed is written by it, so a change here changes every hash.
/// </summary>
public static class CanonicalJson
{
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>The same form, indented for people.</summary>
    public static JsonSerializerOptions Readable { get; } = Create(indented: true);

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null was not expected.");

    public static ContentHash Hash<T>(T value) => ContentHash.Of(Write(value));

    /// <summary>Gives <paramref name="options"/> the project's conventions; for frameworks that own their options object.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 64;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(AbsentIsNull);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions { WriteIndented = indented };
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    // Null is not written, so what may be null must not be required when read.
    private static void AbsentIsNull(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property is { IsRequired: true, IsSetNullable: true } && MayBeNull(property.PropertyType)) property.IsRequired = false;
    }

    private static bool MayBeNull(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
}
