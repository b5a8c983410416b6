using System.CommandLine;
using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Runtime;
using BenchFleet.Samples;
using BenchFleet.Server;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet demo: the whole product on the bundled models, in a few minutes, leaving nothing behind but the report.</summary>
internal static class DemoCommand
{
    // What is left of the promised three minutes, or one, after the start, the samples and the report.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan QuickBudget = TimeSpan.FromSeconds(45);

    private static readonly string[] Techniques =
    [
        "graph.clean", "quantize.dynamic", "graph.clean | quantize.static(bits=7)", "quantize.weights", "convert.fp16", "graph.clean | quantize.static(perChannel=false)",
    ];

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "At most a minute: one of the two models, four techniques, wider intervals" };
        var outFolder = new Option<string>("--out", "-o") { Description = "Where the report goes", DefaultValueFactory = _ => "benchfleet-demo" };
        var keep = new Option<bool>("--keep") { Description = "Leave the server up and print its address" };
        var format = OutputOption.Create();
        var command = new Command("demo", "Shows everything on two small bundled models: compress, measure, rank, report") { quick, outFolder, keep, format };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(quick), parsed.GetValue(outFolder)!, parsed.GetValue(keep), parsed.GetValue(format), cancel));
        return ExampleHelp.Give(command, "benchfleet demo --quick --out report");
    }

    private static async Task<int> Run(bool quick, string outFolder, bool keep, OutputFormat format, CancellationToken cancel)
    {
        using var folder = DataFolder.At(null);
        var samples = Path.Combine(folder.Path, "samples");
        var models = SampleModels.WriteTo(Path.Combine(samples, "models"));
        if (quick) models = models[..1];
        var dataset = Path.Combine(samples, "drawn-digits");
        DrawnDigits.WriteDataset(dataset);

        var (fleet, refused) = await LocalFleet.Start(new ServerOptions(folder.Path), AgentOptions.Local(folder.Path), cancel);
        if (fleet is null) return refused;
        await using (fleet)
        {
            var code = await new LocalSweep(fleet.Client, TimeProvider.System).Run(models, dataset, Sweep(quick), outFolder, format, cancel);
            if (!keep) return code;
            Console.Out.WriteLine($"The server stays up at {fleet.Address} until Ctrl-C; try 'benchfleet sweep list --server {fleet.Address}'.");
            await LocalFleet.Until(cancel);
            return code;
        }
    }

    private static SubmitSweep Sweep(bool quick) => new(
        [], Name: "demo", Techniques: quick ? [.. Techniques[..4]] : [.. Techniques],
        Runtimes: [RuntimeConfig.Default, RuntimeConfig.Default with { IntraOpThreads = 2 }],
        Profile: quick ? MeasureProfile.Quick.Name : MeasureProfile.Screen.Name,
        BudgetSeconds: (quick ? QuickBudget : Budget).TotalSeconds);
}
