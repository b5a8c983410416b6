using System.Collections.Immutable;
using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Output;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet techniques list|show: the catalogue, so that nobody has to know it by heart.</summary>
internal static class TechniquesCommand
{
    public static Command Create() => new("techniques", "What can be done to a model: every pass, its options, and where it pays") { List(), Show() };

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every pass in one line") { format };
        command.SetAction(parsed =>
        {
            new Listing<PassDescriptor>([.. PassCatalogue.All.OrderBy(pass => pass.Stage)],
            [
                ("Pass", pass => pass.Name), ("Stage", pass => pass.Stage.ToString().ToLowerInvariant()), ("What it does", pass => pass.Summary),
                ("Needs", Needs), ("Helps", pass => pass.Helps), ("Never", pass => pass.Never),
            ]).Print(parsed.GetValue(format));
            return ExitCode.Ok;
        });
        return ExampleHelp.Give(command, "benchfleet techniques list");
    }

    private static Command Show()
    {
        var name = new Argument<string>("pass") { Description = "Name of a pass, e.g. quantize.static" };
        var format = OutputOption.Create();
        var command = new Command("show", "A pass with its options: default, range, meaning") { name, format };
        command.SetAction(parsed =>
        {
            if (PassCatalogue.Find(parsed.GetValue(name)!) is not { } pass)
                return Complaint.Say(ExitCode.NotFound, $"there is no pass '{parsed.GetValue(name)}': known are {string.Join(", ", PassCatalogue.All.Select(p => p.Name))}.");
            if (parsed.GetValue(format) == OutputFormat.Table) Describe(pass);
            new Listing<PassOption>(pass.Options,
            [
                ("Option", option => option.Name), ("Default", option => option.Default), ("Values", option => option.Range), ("Unit", option => option.Unit), ("Meaning", option => option.Summary),
            ]).Print(parsed.GetValue(format));
            return ExitCode.Ok;
        });
        return ExampleHelp.Give(command, "benchfleet techniques show quantize.static");
    }

    private static void Describe(PassDescriptor pass)
    {
        Console.Out.WriteLine($"{pass.Name}: {pass.Summary}");
        Console.Out.WriteLine($"  helps:   {pass.Helps}{On(pass.HelpsOn)}");
        Console.Out.WriteLine($"  never:   {pass.Never}{On(pass.NeverOn)}");
        Console.Out.WriteLine($"  needs:   {Needs(pass)}");
        Console.Out.WriteLine($"  place:   {Place(pass)}");
        foreach (var constraint in pass.Constraints) Console.Out.WriteLine($"           {constraint}");
        Console.Out.WriteLine($"  source:  {pass.Source}");
        Console.Out.WriteLine($"  version: {pass.Version}");
    }

    private static string On(ImmutableArray<KernelFamily> devices) => devices.IsEmpty ? "" : $" [{string.Join(", ", devices.Select(device => device.Title()))}]";

    private static string Needs(PassDescriptor pass)
    {
        var needs = new List<string> { pass.Calibration.ToString() };
        if (pass.NeedsShapes) needs.Add("known shapes");
        if (pass.Opset > 0) needs.Add($"operator set {pass.Opset} (older models are raised)");
        return string.Join("; ", needs);
    }

    private static string Place(PassDescriptor pass) => pass.Stage == PassStage.Graph
        ? "anywhere, best first"
        : $"{pass.Stage.ToString().ToLowerInvariant()}, stage {(int)pass.Stage + 1} of {Enum.GetValues<PassStage>().Length}: "
            + string.Join(", ", Enum.GetValues<PassStage>().Select(stage => stage.ToString().ToLowerInvariant()));
}
