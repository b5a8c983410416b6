using System.Diagnostics;
using System.Globalization;
using BenchFleet.Agent.Preparing;
using BenchFleet.Core.Recipes;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;
using BenchFleet.Samples;

namespace BenchFleet.Compression.Benchmarks.Peer;

/// <summary>
/// Speed against ONNX Runtime's Python tools on the same files, interleaved: warm in one process each (its first call left out), cold as whole
/// processes. Bars: 4x warm, 2x cold, with the same checks done on both sides; our warm side, like an agent, remembers what the original answered.
/// </summary>
internal static class PeerComparison
{
    private const int Rounds = 3;
    private const int SmallRounds = 41;
    private const int Calibration = 16;

    // As an agent has it, which makes one variant of a model after the other: what the original answers is known after the first.
    private static readonly ReferenceMemory Memory = new();

    private static readonly string[] Recipes = ["quantize.dynamic", "quantize.static", "quantize.weights"];

    /// <param name="folder">Where the files go: both sides must see it under this name.</param>
    /// <param name="program">The published command line; null leaves out the cold half.</param>
    public static int Print(string folder, string? program)
    {
        if (!PeerTool.IsThere)
        {
            Console.WriteLine($"There is no tool to compare with: set {PeerTool.Variable} to a Python that has onnxruntime and onnx, for example \"python3\".");
            return 1;
        }

        Directory.CreateDirectory(folder);
        var large = Path.Combine(folder, "transformer.onnx");
        OnnxFile.Save(Transformer.Create(), large);
        var small = SampleModels.WriteTo(folder)[0];
        using var tool = new PeerTool();
        Console.WriteLine($"{"model",-14}{"recipe",-20}{"form",-16}{"theirs s",10}{"ours s",10}{"ratio",8}{"bar",6}");
        foreach (var isChecked in new[] { false, true })
        {
            foreach (var (model, recipe) in new[] { small, large }.SelectMany(model => Recipes.Select(recipe => (model, recipe))))
            {
                // A convolutional net has nothing that the other two may code: the tool passes its Gemm over.
                if (model == small && recipe != "quantize.static") continue;
                // Hundreds of inferences over 200 MB of weights on both sides: one round says it. What takes milliseconds is noisy, and quick only
                // when the code has been compiled for good: an agent's is.
                var rounds = model == large && isChecked ? 1 : Rounds;
                var warm = model == small ? SmallRounds : rounds;
                var job = new PeerJob(recipe, isChecked, model, Path.Combine(folder, "theirs.onnx"), Calibration, Compared(model));
                var ours = job with { Target = Path.Combine(folder, "ours.onnx") };
                Line(job, "warm", 4, Interleaved.Medians(warm, () => tool.RunWarm(job), () => RunWarm(ours)));
                if (program is not null)
                    Line(job, "cold", 2, Interleaved.Medians(rounds, () => PeerTool.RunCold(job), () => RunCold(program, ours)));
            }
        }

        return 0;
    }

    private static void Line(PeerJob job, string state, double bar, double[] seconds)
    {
        var ratio = seconds[0] / seconds[1];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(job.Source),-14}{job.Recipe,-20}{state + (job.Checked ? ", checked" : ", made"),-16}{seconds[0],10:F3}{seconds[1],10:F3}{ratio,8:F1}{bar,6:F0}{(ratio >= bar ? "" : "  MISSED")}"));
    }

    /// <summary>As many as the command line compares.</summary>
    private static int Compared(string path)
    {
        using var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model;
        return GeneratedSamples.CountFor(ModelSignature.Of(model));
    }

    private static void RunWarm(PeerJob job)
    {
        var recipe = ((RecipeRead.Valid)RecipeText.Parse(job.Recipe)).Recipe;
        if (job.Checked)
        {
            var request = new VariantRequest(job.Source, recipe, null, job.Calibration, job.Target) { Memory = Memory };
            var made = VariantMaker.Make(request, "local", TimeProvider.System, CancellationToken.None);
            if (made is VariantMade.Failed failed) throw new InvalidOperationException(failed.Failure.Message);
            return;
        }

        using var model = ((OnnxRead.Success)OnnxFile.Open(job.Source)).Model;
        var samples = (SampleRead.Fits)GeneratedSamples.For(ModelSignature.Of(model), job.Calibration, 0);
        using var variant = ((CompressionResult.Compressed)Compressor.Compress(model, recipe, () => samples.Samples.Select(sample => sample.Feeds))).Model;
        OnnxFile.Save(variant, job.Target);
    }

    private static void RunCold(string program, PeerJob job)
    {
        string[] arguments =
        [
            "compress", job.Source, "--recipe", job.Recipe, "--out", job.Target, "--calibration", $"{job.Calibration}", .. job.Checked ? Array.Empty<string>() : ["--unverified"],
        ];
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
