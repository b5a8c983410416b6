using System.IO.Compression;
using System.Text;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;

namespace BenchFleet.Storage.Work;

/// <summary>An outcome with what tells it from another one.</summary>
internal sealed record PackedOutcome(WorkOutcome Outcome, string Json, ContentHash Hash)
{
    public static PackedOutcome Of(WorkOutcome outcome)
    {
        var json = CanonicalJson.Write(outcome);
        return new PackedOutcome(outcome, json, ContentHash.Of(json));
    }

    /// <summary>How a late outcome is kept: its JSON, compressed with Brotli.</summary>
    public byte[] Compress()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) brotli.Write(Encoding.UTF8.GetBytes(Json));
        return packed.ToArray();
    }

    public static WorkOutcome Expand(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var text = new StreamReader(brotli, Encoding.UTF8);
        return CanonicalJson.Read<WorkOutcome>(text.ReadToEnd());
    }
}
