using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin prune: carries out now what the server's own policy would in time.</summary>
internal static class AdminPrune
{
    public static Command Create()
    {
        var format = OutputOption.Create();
        var command = new Command("prune", "Deletes what 'benchfleet up --keep-...' says is not to be kept any longer") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.Prune(cancel), report => new Listing<PruneView>([report],
            [
                ("Sweeps", gone => Number(gone.Sweeps)), ("Variants", gone => Number(gone.Variants)), ("Samples of", gone => Number(gone.SamplesOf)),
                ("Audit entries", gone => Number(gone.AuditEntries)), ("Artefacts", gone => Number(gone.Artifacts)), ("Size", gone => Quantity.Bytes(gone.ArtifactBytes)),
                ("Uploads", gone => Number(gone.Uploads)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin prune");
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
