using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Library;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet datasets add|list|show.</summary>
internal static class DatasetsCommand
{
    public static Command Create() => new("datasets", "Datasets that the server knows") { Add(), List(), Show() };

    private static Command Add()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with a dataset.yaml" };
        var name = new Option<string?>("--name") { Description = "What to call it; default: the name in dataset.yaml" };
        var command = new Command("add", "Checks a dataset here and uploads it") { folder, name, ServerOption.Instance };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(Library.AddDataset(client, parsed.GetValue(folder)!, parsed.GetValue(name), cancel),
                dataset => Console.Out.WriteLine($"{dataset.Name} {dataset.Hash.Short}, {Splits(dataset)}"))));
        return ExampleHelp.Give(command, "benchfleet datasets add ./digits");
    }

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every dataset in one line") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.ListDatasets(cancel), datasets => new Listing<DatasetView>(datasets,
            [
                ("Name", dataset => dataset.Name), ("Hash", dataset => dataset.Hash.Short), ("Task", dataset => dataset.Summary.Task),
                ("Splits", Splits), ("Size", dataset => Quantity.Bytes(dataset.Bundle.SizeBytes)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet datasets list");
    }

    private static Command Show()
    {
        var name = new Argument<string>("dataset") { Description = "Name or hash" };
        var format = OutputOption.Create();
        var command = new Command("show", "Everything known of a dataset") { name, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.GetDataset(parsed.GetValue(name)!, cancel), dataset => Facts.Print(dataset, parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet datasets show drawn-digits");
    }

    private static string Splits(DatasetView dataset) => string.Join(", ", dataset.Summary.Splits.Select(split => $"{split.Name} {split.SampleCount}"));
}
