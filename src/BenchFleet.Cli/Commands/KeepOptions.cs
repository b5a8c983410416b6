using System.CommandLine;
using BenchFleet.Server;

namespace BenchFleet.Cli.Commands;

/// <summary>How long a server keeps things, in days; without an option, for ever.</summary>
internal static class KeepOptions
{
    private static readonly Option<double?> Sweeps = Days("--keep-sweeps", "ended sweeps with their measurements");
    private static readonly Option<double?> Samples = Days("--keep-samples", "the single times of ended sweeps; figures are kept");
    private static readonly Option<double?> Audit = Days("--keep-audit", "the audit log");
    private static readonly Option<double?> Artifacts = Days("--keep-artifacts", "artefacts that nothing refers to any more, at least an hour (0.05)");

    public static IEnumerable<Option> All => [Sweeps, Samples, Audit, Artifacts];

    public static ServerOptions Apply(ParseResult parsed, ServerOptions options) => options with
    {
        KeepSweeps = Time(parsed, Sweeps),
        KeepSamples = Time(parsed, Samples),
        KeepAudit = Time(parsed, Audit),
        KeepArtifacts = Time(parsed, Artifacts),
    };

    private static Option<double?> Days(string name, string what) => new(name) { Description = $"Days to keep {what}; default: for ever" };

    private static TimeSpan? Time(ParseResult parsed, Option<double?> option) => parsed.GetValue(option) is { } days ? TimeSpan.FromDays(days) : null;
}
