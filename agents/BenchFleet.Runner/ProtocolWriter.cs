using System.Text.Json;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Runner;

/// <summary>Writes one JSON value per line, flushed at once: a line is written at phase borders only.</summary>
internal sealed class ProtocolWriter(Stream output) : IDisposable
{
    public void Write<T>(T value)
    {
        JsonSerializer.Serialize(output, value, CanonicalJson.Options);
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    public void Dispose() => output.Dispose();
}
