using System.CommandLine;
using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Server;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet run: one sweep over one's own model on this machine, with no server to set up.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var model = new Option<string[]>("--model", "-m") { Description = "An ONNX file; may be given again", Required = true, AllowMultipleArgumentsPerToken = false };
        var dataset = new Option<string?>("--dataset", "-d") { Description = "A folder with a dataset.yaml; without one inputs are generated and accuracy is not measured" };
        var technique = new Option<string[]>("--technique", "-t") { Description = "A recipe, e.g. \"graph.clean | quantize.static(perChannel=false)\"; may be given again. Default: every pass that may apply" };
        var devices = new Option<string[]>("--devices") { Description = "local, a device name or a class such as cpu/x64/*", DefaultValueFactory = _ => ["local"] };
        var threads = new Option<int[]>("--threads") { Description = "Intra-op threads; may be given again. The first is the reference", DefaultValueFactory = _ => [1] };
        var batch = new Option<int>("--batch") { Description = "Samples per inference", DefaultValueFactory = _ => 1 };
        var scenario = new Option<Scenario>("--scenario") { Description = "singleStream or offline", HelpName = "singleStream|offline", DefaultValueFactory = _ => Scenario.SingleStream };
        var profile = new Option<string>("--profile") { Description = "How precisely: quick, screen, rank or certify", DefaultValueFactory = _ => "screen" };
        var maxDrop = new Option<double>("--max-drop") { Description = "Largest accuracy drop that is accepted, in percentage points", DefaultValueFactory = _ => 1.0 };
        var samples = new Option<int?>("--samples") { Description = "Evaluation samples; default: all" };
        var calibration = new Option<int?>("--calibration") { Description = "Calibration samples; default: 128" };
        var budget = new Option<double?>("--budget") { Description = "End with the best answer so far after this many seconds; default: no limit" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of every order and generated input", DefaultValueFactory = _ => 1ul };
        var outFolder = new Option<string?>("--out", "-o") { Description = "Write report.html, leaderboard.json and leaderboard.csv here" };
        var data = new Option<string?>("--data") { Description = "Data folder to keep results in; default: a temporary one" };
        var format = OutputOption.Create();
        var command = new Command("run", "Measures techniques on a model of yours, on this machine")
        {
            model, dataset, technique, devices, threads, batch, scenario, profile, maxDrop, samples, calibration, budget, seed, outFolder, data, format,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            if (Misread(parsed.GetValue(technique)!) is { } reason) return Complaint.Say(ExitCode.Usage, reason);
            var sweep = new SubmitSweep(
                [], Name: Path.GetFileNameWithoutExtension(parsed.GetValue(model)![0]),
                Techniques: parsed.GetValue(technique) is { Length: > 0 } given ? [.. given] : null,
                Runtimes: [.. parsed.GetValue(threads)!.Select(count => RuntimeConfig.Default with { IntraOpThreads = count, Batch = parsed.GetValue(batch) })],
                Scenarios: [parsed.GetValue(scenario)], Targets: [.. parsed.GetValue(devices)!],
                Constraints: new Constraints(parsed.GetValue(maxDrop)), Profile: parsed.GetValue(profile), Seed: parsed.GetValue(seed),
                CalibrationSamples: parsed.GetValue(calibration), EvaluationSamples: parsed.GetValue(samples),
                BudgetSeconds: parsed.GetValue(budget));
            return await Locally(parsed.GetValue(data), (local, token) =>
                local.Run(parsed.GetValue(model)!, parsed.GetValue(dataset), sweep, parsed.GetValue(outFolder), parsed.GetValue(format), token), cancel);
        });
        return ExampleHelp.Give(command, "benchfleet run --model model.onnx --dataset ./digits --technique quantize.static --technique \"graph.clean | convert.fp16\" --out report");
    }

    /// <summary>A wrong recipe is said before anything is started.</summary>
    private static string? Misread(IEnumerable<string> techniques) =>
        techniques.Where(text => text != "auto").Select(RecipeText.Parse).OfType<RecipeRead.Invalid>().FirstOrDefault()?.Reason;

    /// <summary>Runs something against a fleet in this process that is gone afterwards.</summary>
    private static async Task<int> Locally(string? data, Func<LocalSweep, CancellationToken, Task<int>> act, CancellationToken cancel)
    {
        using var folder = DataFolder.At(data);
        var (fleet, refused) = await LocalFleet.Start(new ServerOptions(folder.Path), AgentOptions.Local(folder.Path), cancel);
        if (fleet is null) return refused;
        await using (fleet) return await act(new LocalSweep(fleet.Client, TimeProvider.System), cancel);
    }
}
