using System.Text.Json;
using System.Text.Json.Serialization;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Hashing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BenchFleet.Cli.Hosting;

/// <summary>A sweep that was read, or the sentence that says what is wrong with it.</summary>
internal abstract record SweepFileRead
{
    private SweepFileRead() { }

    public sealed record Read(SubmitSweep Sweep) : SweepFileRead;

    public sealed record Refused(string Reason) : SweepFileRead;
}

/// <summary>sweep.yaml has the fields of <see cref="SubmitSweep"/>; an unknown one is refused, since it is a typing error.</summary>
internal static class SweepFile
{
    private static readonly JsonSerializerOptions Strict = new(CanonicalJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static SweepFileRead Read(string path)
    {
        if (!File.Exists(path)) return new SweepFileRead.Refused($"there is no file '{path}'.");
        try
        {
            var yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object?>(File.ReadAllText(path));
            if (yaml is not Dictionary<object, object>) return new SweepFileRead.Refused($"'{path}' is no sweep: fields such as 'models:' and 'techniques:' are expected.");
            return new SweepFileRead.Read(JsonSerializer.Deserialize<SubmitSweep>(JsonSerializer.Serialize(yaml), Strict)!);
        }
        catch (YamlException e)
        {
            return new SweepFileRead.Refused($"'{path}' is not valid YAML, line {e.Start.Line}: {e.Message}");
        }
        catch (JsonException e)
        {
            return new SweepFileRead.Refused($"'{path}' is no sweep, at {e.Path ?? "$"}: {e.Message.Split(" Path:", 2)[0]}");
        }
    }
}
