using System.Buffers.Binary;
using System.Globalization;

namespace BenchFleet.Scheduling.Coordinators;

/// <summary>A pool shard: the devices of one hardware class, or a fixed part of them.</summary>
public readonly record struct PoolKey(string DeviceClass, int Shard)
{
    /// <summary>A device stays with one shard as long as its class and the number of shards stay.</summary>
    /// <param name="shards">Shards for each class, at least 1.</param>
    public static PoolKey Of(string deviceClass, Guid device, int shards)
    {
        Span<byte> bytes = stackalloc byte[16];
        device.TryWriteBytes(bytes);
        var mixed = (BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])) * 0x9E37_79B9_7F4A_7C15;
        return new PoolKey(deviceClass, (int)((mixed >> 32) % (uint)shards));
    }

    /// <summary>The inverse of <see cref="ToString"/>.</summary>
    public static PoolKey Parse(string text)
    {
        var mark = text.LastIndexOf('#');
        return new PoolKey(text[..mark], int.Parse(text.AsSpan(mark + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>The key as text: a grain's key, and the epoch row's.</summary>
    public override string ToString() => $"{DeviceClass}#{Shard}";
}
