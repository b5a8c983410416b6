using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using BenchFleet.Agent.Preparing;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Calibration.Files;
using BenchFleet.Compression.Inspection;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Measurement.Datasets;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet compress: a recipe applied to a file, offline, with what it did and how far the outputs moved.</summary>
internal static class CompressCommand
{
    /// <summary>What --report writes.</summary>
    /// <param name="Lineage">Which pass made, changed or removed each weight, in the order of the recipe.</param>
    private sealed record Report(
        string Model, string Recipe, ContentHash RecipeHash, ContentHash Variant, VariantReport Variation, FusionCensus? Census, ImmutableArray<WeightChange> Lineage);

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "An ONNX file" };
        var recipe = new Option<string>("--recipe", "-r") { Description = "Passes in order, e.g. \"graph.clean | quantize.static(bits=7)\", or a file with them (.yaml, .json, or one a line)", Required = true };
        var data = new Option<string?>("--data", "-d") { Description = "A folder with a dataset.yaml to calibrate and compare on; default: generated inputs" };
        var samples = new Option<int>("--calibration") { Description = "Calibration samples, from the first", DefaultValueFactory = _ => 128 };
        var statistics = new Option<string?>("--statistics") { Description = "A file that --statistics-out wrote: what calibration saw then, instead of samples; same model and recipe give the same bytes" };
        var statisticsOut = new Option<string?>("--statistics-out") { Description = "Also write what calibration saw, for --statistics on any machine" };
        var output = new Option<string>("--out", "-o") { Description = "Where the compressed model goes", Required = true };
        var report = new Option<string?>("--report") { Description = "Also write the report as JSON" };
        var unverified = new Option<bool>("--unverified") { Description = "Only make the file: neither run it beside the original nor count what the runtime makes of it" };
        var format = OutputOption.Create();
        var command = new Command("compress", "Applies a recipe to an ONNX file, with no server") { model, recipe, data, samples, statistics, statisticsOut, output, report, unverified, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var read = RecipeFile.Read(parsed.GetValue(recipe)!);
            if (read is RecipeRead.Invalid invalid) return Complaint.Say(ExitCode.Usage, invalid.Reason + ".");
            var (dataset, refusal) = OpenDataset(parsed.GetValue(data));
            if (refusal is not null) return Complaint.Say(ExitCode.Usage, refusal);
            var (known, unread) = OpenStatistics(parsed.GetValue(statistics));
            if (unread is not null) return Complaint.Say(ExitCode.Usage, unread + ".");
            var request = new VariantRequest(parsed.GetValue(model)!, ((RecipeRead.Valid)read).Recipe, dataset, parsed.GetValue(samples), Path.GetFullPath(parsed.GetValue(output)!))
            {
                Statistics = known,
                StatisticsPath = parsed.GetValue(statisticsOut),
                Compared = !parsed.GetValue(unverified),
            };
            return await Task.Run(() => Compress(request, parsed.GetValue(report), parsed.GetValue(format), cancel), cancel);
        });
        return ExampleHelp.Give(command, "benchfleet compress model.onnx --recipe \"graph.clean | quantize.static\" --data ./digits --out small.onnx --report report.json");
    }

    private static (Dataset? Dataset, string? Refusal) OpenDataset(string? folder) => folder is null ? (null, null) : DatasetFolder.Open(folder) switch
    {
        DatasetOpening.Opened opened => (opened.Dataset, null),
        DatasetOpening.Refused refused => (null, refused.Reason),
        _ => throw new UnreachableException(),
    };

    private static (CalibrationRecord? Record, string? Refusal) OpenStatistics(string? path) => path is null ? (null, null) : CalibrationFile.Open(path) switch
    {
        CalibrationRead.Success(var record) => (record, null),
        CalibrationRead.Refused(var reason) => (null, reason),
        _ => throw new UnreachableException(),
    };

    private static int Compress(VariantRequest request, string? reportPath, OutputFormat format, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(request.OutputPath)!);
        using var progress = new ProgressLines(Console.Error, TimeProvider.System);
        switch (VariantMaker.Make(request, "local", TimeProvider.System, cancel, progress.Tell))
        {
            case VariantMade.Failed { Failure: var failure }:
                return Complaint.Say(failure is { Kind: FailureKind.User, Code: "model.unreadable" or "recipe.invalid" or "dataset.unfit" or "statistics.misfit" } ? ExitCode.Usage : ExitCode.Failed, failure.Message);
            case VariantMade.Made made:
                Print(request, made, format);
                if (reportPath is not null) Write(reportPath, request, made);
                return ExitCode.Ok;
            default:
                throw new UnreachableException();
        }
    }

    private static void Print(VariantRequest request, VariantMade.Made made, OutputFormat format)
    {
        var report = made.Report;
        if (format != OutputFormat.Table)
        {
            Facts.Print(report, format);
            return;
        }

        Console.Out.WriteLine($"{request.OutputPath}: {request.Recipe.Text}");
        Console.Out.WriteLine($"  size      {Quantity.Bytes(report.BytesBefore)} -> {Quantity.Bytes(report.BytesAfter)} ({Quantity.Percent((double)report.BytesAfter / report.BytesBefore)}), {Quantity.Bytes(report.DeflatedBytes)} deflated");
        if (report.Fidelity is { } fidelity) Console.Out.WriteLine("  fidelity  " + Describe(fidelity, request.Dataset is null));
        if (made.Census is { } census) Console.Out.WriteLine($"  runs as   {string.Join(", ", census.Operators.OrderByDescending(op => op.Value).Select(op => $"{op.Key} {op.Value}"))}");
        if (made.Lineage.Length > 0) Console.Out.WriteLine($"  weights   {Describe(made.Lineage)}");
        Console.Out.WriteLine($"  took      {Quantity.Text(report.Seconds, "0.0")} s");
        foreach (var group in report.Findings.GroupBy(finding => (finding.Pass, finding.Severity, finding.Message)))
        {
            var places = group.Where(finding => finding.Where.Length > 0).Select(finding => finding.Where).ToArray();
            Console.Out.WriteLine($"  {group.Key.Severity,-8}  {group.Key.Pass}: {group.Key.Message}{Places(places)}");
        }
    }

    private static string Places(string[] places) => places.Length switch
    {
        0 => "",
        <= 4 => $" ({string.Join(", ", places)})",
        _ => $" ({string.Join(", ", places[..3])} and {places.Length - 3} more)",
    };

    private static string Describe(ImmutableArray<WeightChange> lineage) => string.Join("; ", lineage.GroupBy(change => (change.Step, change.Pass)).Select(step =>
        $"{step.Key.Pass}: " + string.Join(", ", step.GroupBy(change => change.Kind).OrderBy(kind => kind.Key)
            .Select(kind => $"{kind.Count()} {kind.Key.ToString().ToLowerInvariant()}"))));

    private static string Describe(FidelityRecord fidelity, bool generated)
    {
        var agree = fidelity.Agreements is { } same ? $", same top-1 on {same} of {fidelity.SampleCount}" : "";
        var sqnr = double.IsFinite(fidelity.SqnrDb) ? $"{Quantity.Text(fidelity.SqnrDb, "0.0")} dB SQNR" : "equal outputs";
        return $"{sqnr}, cosine {Quantity.Text(fidelity.Cosine, "0.00000")}{agree} ({fidelity.SampleCount} {(generated ? "generated inputs" : "evaluation samples")})";
    }

    private static void Write(string path, VariantRequest request, VariantMade.Made made)
    {
        using var variant = File.OpenRead(request.OutputPath);
        var hash = ContentHash.FromDigest(System.Security.Cryptography.SHA256.HashData(variant));
        var written = new Report(Path.GetFileName(request.ModelPath), request.Recipe.Text, request.Recipe.Hash, hash, made.Report, made.Census, made.Lineage);
        File.WriteAllText(path, JsonSerializer.Serialize(written, CanonicalJson.Readable) + "\n");
    }
}
