using System.Globalization;
using BenchFleet.Agent.Preparing;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Recipes;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Measurement.Devices;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Benchmarks.Techniques;

/// <summary>
/// Every technique on every model at hand: how far the outputs move, how large the file is, how long an inference takes beside the original's,
/// or why the technique does not apply. Written as Markdown.
/// </summary>
internal static class TechniqueTable
{
    private const int Calibration = 32;

    /// <summary>Options that choose another method, not another degree: each choice is a technique of its own.</summary>
    private static readonly string[] Methods = ["method", "calibration", "codebook"];

    /// <summary>Passes that mean nothing alone.</summary>
    private static readonly Dictionary<string, string> After = new()
    {
        ["correct.bias"] = "graph.clean | quantize.static | ",
        ["correct.rounding"] = "graph.clean | quantize.static | ",
        ["equalize.layers"] = "graph.clean | ",
    };

    public static void Write(string target, IReadOnlyList<string> only)
    {
        var device = HostProbe.Read();
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var model in TabledModel.All.Where(model => only.Count == 0 || only.Contains(model.Name)))
        {
            Console.WriteLine(model.Name);
            WriteModel(text, model, device);
            // What is done is not lost when a later model fails.
            File.WriteAllText(target, Head(device) + text);
        }
    }

    private static string Head(DeviceFacts device) => string.Create(CultureInfo.InvariantCulture, $"""
        # Techniques on models

        Made by `dotnet run -c Release --project tests/Benchmarks/BenchFleet.Compression.Benchmarks -- table FILE` on {DateTime.UtcNow:yyyy-MM-dd}:
        {device.Model}, {device.Class}, {device.Cores} cores, ONNX Runtime {device.RuntimeVersion}, load {Load()} at the end.

        First what `auto` takes on this device, then every pass with its default options, then every other method that a pass offers. SQNR, in dB,
        and agreement of the top-1 are taken against the original on inputs that no range was taken from; models without class scores have
        no agreement. Time is that of the variant over that of the original, one thread, short parts of both in turn, median of the pairs: below
        1 is faster. **What is slower stays in the table**: on other processors it may not be.


        """);

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static void WriteModel(TextWriter text, TabledModel tabled, DeviceFacts device)
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-table-").FullName;
        try
        {
            var (path, dataset) = (tabled.Path(folder), tabled.Open(Path.Combine(folder, "data")));
            using var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model;
            var sample = ((SampleRead.Fits)dataset.Samples(Dataset.Evaluation, ModelSignature.Of(model), 1)).Samples.First().Feeds;
            using var latency = new LatencyRatio(path, sample);
            text.WriteLine($"## {tabled.Name}");
            text.WriteLine();
            text.WriteLine($"{new FileInfo(path).Length / 1024.0:N0} KiB; inputs: {tabled.Inputs}.");
            text.WriteLine();
            text.WriteLine("| recipe | SQNR | same top-1 | size | time |");
            text.WriteLine("| --- | ---: | ---: | ---: | ---: |");
            foreach (var recipe in Recipes(model, new FileInfo(path).Length, device))
                WriteCell(text, recipe, new(path, recipe, dataset, Calibration, Path.Combine(folder, "variant.onnx")), latency);
            text.WriteLine();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void WriteCell(TextWriter text, Recipe recipe, VariantRequest request, LatencyRatio latency)
    {
        switch (VariantMaker.Make(request, "local", TimeProvider.System, CancellationToken.None))
        {
            case VariantMade.Failed { Failure: var failure }:
                text.WriteLine($"| `{recipe.Text.Replace("|", "\\|", StringComparison.Ordinal)}` | {failure.Message.Replace("|", "\\|", StringComparison.Ordinal)} | | | |");
                break;
            case VariantMade.Made { Report: var report }:
                var ratio = latency.Of(request.OutputPath) is { } time ? $"{time:0.00}" : "the runtime refuses it";
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| `{recipe.Text.Replace("|", "\\|", StringComparison.Ordinal)}` | {Sqnr(report.Fidelity)} | {Agreement(report.Fidelity)} | {(double)report.BytesAfter / report.BytesBefore:0.00} | {ratio} |"));
                break;
        }
    }

    private static string Sqnr(FidelityRecord? fidelity) => fidelity switch
    {
        null => "",
        { SqnrDb: double.PositiveInfinity } => "equal",
        { SqnrDb: var db } => string.Create(CultureInfo.InvariantCulture, $"{db:0.0}"),
    };

    private static string Agreement(FidelityRecord? fidelity) => fidelity?.Agreements is { } same
        ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * same / fidelity.SampleCount:0.0} %")
        : "";

    private static IEnumerable<Recipe> Recipes(OnnxModel model, long size, DeviceFacts device)
    {
        var auto = AutoTechniques.For(ModelInspection.Of(model, size), KernelFamilies.Of(device), hasDataset: true);
        var passes = PassCatalogue.All.Select(pass => Recipe(After.GetValueOrDefault(pass.Name) + pass.Name));
        var methods = PassCatalogue.All.SelectMany(pass => pass.Options.Where(option => Methods.Contains(option.Name))
            .SelectMany(option => option.Choices.Where(choice => choice != option.Default).Select(choice => Recipe($"{pass.Name}({option.Name}={choice})"))));
        return auto.Concat(passes).Concat(methods).Distinct();
    }

    private static Recipe Recipe(string text) => ((RecipeRead.Valid)RecipeText.Parse(text)).Recipe;
}
