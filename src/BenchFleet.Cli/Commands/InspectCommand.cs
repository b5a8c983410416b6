using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Output;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet inspect: what is in a model file.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("model") { Description = "An ONNX file" };
        var format = OutputOption.Create();
        var command = new Command("inspect", "Prints operators, parameters, bytes, FLOPs, inputs and outputs of an ONNX file") { file, format };
        command.SetAction(parsed => Inspect(parsed.GetValue(file)!, parsed.GetValue(format)));
        return ExampleHelp.Give(command, "benchfleet inspect model.onnx --format json");
    }

    private static int Inspect(string path, OutputFormat format)
    {
        switch (OnnxFile.Open(path))
        {
            case OnnxRead.Refused refused:
                return Complaint.Say(ExitCode.Usage, refused.Reason);
            case OnnxRead.Success { Model: var model }:
                using (model)
                {
                    Print(ModelInspection.Of(model, ModelFiles.SizeOf(path, model)), OnnxChecker.Check(model), format);
                    return ExitCode.Ok;
                }

            default:
                throw new InvalidOperationException("A read is a success or a refusal.");
        }
    }

    private static void Print(ModelSummary summary, IReadOnlyList<Finding> findings, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(summary, CanonicalJson.Readable));
            return;
        }

        new Listing<(string Name, string Value)>([.. Facts(summary), .. findings.Select(finding => (finding.Severity.ToString().ToLowerInvariant(), $"{finding.Where}: {finding.Message}"))],
            [("Fact", fact => fact.Name), ("Value", fact => fact.Value)]).Print(format);
    }

    private static IEnumerable<(string Name, string Value)> Facts(ModelSummary summary)
    {
        yield return ("producer", summary.Producer);
        yield return ("IR version", summary.IrVersion.ToString(CultureInfo.InvariantCulture));
        yield return ("opsets", string.Join(", ", summary.Opsets.Select(opset => $"{opset.Key} {opset.Value}")));
        foreach (var input in summary.Inputs) yield return ("input", Describe(input));
        foreach (var output in summary.Outputs) yield return ("output", Describe(output));
        yield return ("size", $"{Quantity.Bytes(summary.SizeBytes)} ({summary.SizeBytes.ToString("N0", CultureInfo.InvariantCulture)} bytes)");
        yield return ("parameters", summary.Parameters.ToString("N0", CultureInfo.InvariantCulture));
        yield return ("FLOPs of one sample", summary.Flops is { } flops ? flops.ToString("N0", CultureInfo.InvariantCulture) : "unknown: some shapes cannot be derived");
        yield return ("quantized already", summary.AlreadyQuantized ? "yes" : "no");
        yield return ("operators", string.Join(", ", summary.Operators.OrderByDescending(op => op.Value).ThenBy(op => op.Key, StringComparer.Ordinal).Select(op => $"{op.Key} {op.Value}")));
    }

    private static string Describe(TensorSummary tensor) => $"{tensor.Name}: {tensor.ElementType}[{string.Join(',', tensor.Shape)}]";
}
