using System.Text.Json;
using BenchFleet.Core.Hashing;
using BenchFleet.Scheduling.Coordinators;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace BenchFleet.Cluster.Grains;

/// <summary>
/// The coordinators' questions and answers between nodes, as canonical JSON: the same form, with the same rules of what may be added, as between
/// agent and server. So the coordinators know nothing of Orleans. On one node they are passed on as they are: they cannot be changed.
/// </summary>
[Alias(Name)]
internal sealed class WireCodec : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    /// <summary>What the wire calls it.</summary>
    public const string Name = "coordinator-json";

    /// <summary>Every record that crosses; the first field names it, the second holds it.</summary>
    public static readonly IReadOnlyList<Type> Types =
    [
        typeof(LeaseAsk), typeof(LeaseReply), typeof(RenewAsk), typeof(RenewReply), typeof(CommitAsk), typeof(CommitReply), typeof(TickReply), typeof(PoolView),
    ];

    bool IGeneralizedCodec.IsSupportedType(Type type) => type == typeof(WireCodec) || Types.Contains(type);

    bool IGeneralizedCopier.IsSupportedType(Type type) => Types.Contains(type);

    bool? ITypeFilter.IsTypeAllowed(Type type) => Types.Contains(type) ? true : null;

    object? IDeepCopier.DeepCopy(object? input, CopyContext context) => input;

    void IFieldCodec.WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;

        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(WireCodec), WireType.TagDelimited);
        StringCodec.WriteField(ref writer, 0, value.GetType().Name);
        ReferenceCodec.MarkValueField(writer.Session);
        var json = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), CanonicalJson.Options);
        writer.WriteFieldHeaderExpected(1, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)json.Length);
        writer.Write(json);
        writer.WriteEndObject();
    }

    object? IFieldCodec.ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference) return ReferenceCodec.ReadReference(ref reader, field.FieldType!);

        var placeholder = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        (string? name, object? value, uint id) = (null, null, 0);
        while (reader.ReadFieldHeader() is { IsEndBaseOrEndObject: false } header)
        {
            id += header.FieldIdDelta;
            if (id == 0) name = StringCodec.ReadValue(ref reader, header);
            else if (id == 1) value = Read(name, reader.ReadBytes(reader.ReadVarUInt32()), reader.Session);
            else reader.ConsumeUnknownField(header);
        }

        ReferenceCodec.RecordObject(reader.Session, value, placeholder);
        return value;
    }

    private static object? Read(string? name, byte[] json, Orleans.Serialization.Session.SerializerSession session)
    {
        ReferenceCodec.MarkValueField(session);
        var type = Types.FirstOrDefault(type => type.Name == name) ?? throw new InvalidOperationException($"'{name}' does not cross between nodes.");
        return JsonSerializer.Deserialize(json, type, CanonicalJson.Options);
    }
}
