using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Library;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet models add|list|show.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "Models that the server knows") { Add(), List(), Show() };

    private static Command Add()
    {
        var file = new Argument<string>("model") { Description = "An ONNX file; its external data goes with it" };
        var name = new Option<string?>("--name") { Description = "What to call it; default: the file's name" };
        var command = new Command("add", "Uploads a model; an upload that was cut off goes on where it stopped") { file, name, ServerOption.Instance };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(Library.AddModel(client, parsed.GetValue(file)!, parsed.GetValue(name), cancel),
                model => Console.Out.WriteLine($"{model.Name} {model.Hash.Short}, {Quantity.Bytes(model.Bundle.SizeBytes)}"))));
        return ExampleHelp.Give(command, "benchfleet models add model.onnx --name resnet18");
    }

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every model in one line") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.ListModels(cancel), models => new Listing<ModelView>(models,
            [
                ("Name", model => model.Name), ("Hash", model => model.Hash.Short), ("Size", model => Quantity.Bytes(model.Bundle.SizeBytes)),
                ("Parameters", model => Quantity.Text(model.Summary.Parameters, "#,0")),
                ("Inputs", model => string.Join(", ", model.Summary.Inputs.Select(input => $"{input.Name}[{string.Join(',', input.Shape)}]"))),
                ("Added", model => model.AddedAt.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet models list --format csv");
    }

    private static Command Show()
    {
        var name = new Argument<string>("model") { Description = "Name or hash" };
        var format = OutputOption.Create();
        var command = new Command("show", "Everything known of a model") { name, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.GetModel(parsed.GetValue(name)!, cancel), model => Facts.Print(model, parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet models show resnet18");
    }
}
