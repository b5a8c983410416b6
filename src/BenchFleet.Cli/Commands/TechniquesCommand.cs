using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Output;
using BenchFleet.Core.Recipes;

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
            new Listing<PassDescriptor>(PassCatalogue.All,
            [
                ("Pass", pass => pass.Name), ("What it does", pass => pass.Summary), ("Helps", pass => pass.Helps), ("Never", pass => pass.Never),
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
                ("Option", option => option.Name), ("Default", option => option.Default), ("Values", option => option.Range), ("Meaning", option => option.Summary),
            ]).Print(parsed.GetValue(format));
            return ExitCode.Ok;
        });
        return ExampleHelp.Give(command, "benchfleet techniques show quantize.static");
    }

    private static void Describe(PassDescriptor pass)
    {
        Console.Out.WriteLine($"{pass.Name}: {pass.Summary}");
        Console.Out.WriteLine($"  helps:  {pass.Helps}");
        Console.Out.WriteLine($"  never:  {pass.Never}");
        Console.Out.WriteLine($"  needs:  {pass.Calibration}");
        Console.Out.WriteLine($"  source: {pass.Source}");
    }
}
