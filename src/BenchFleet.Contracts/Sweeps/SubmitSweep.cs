using System.Collections.Immutable;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Contracts.Sweeps;

/// <summary>
/// A sweep as a person writes it: names instead of hashes, recipes in their short form. Also the form of sweep.yaml.
/// Everything but <paramref name="Models"/> has a default.
/// </summary>
/// <param name="Name">Shown to people; default: made from the first model's name.</param>
/// <param name="Models">Names or hashes of models.</param>
/// <param name="Dataset">Name or hash of a dataset; without one, inputs are generated and accuracy is not measured.</param>
/// <param name="Techniques">Recipes in short form, e.g. <c>graph.clean | quantize.static</c>. The baseline is always measured. Default: auto, every pass alone.</param>
/// <param name="Runtimes">Runtime configurations; the first is the reference. Default: one thread of the CPU.</param>
/// <param name="Scenarios">Default: singleStream.</param>
/// <param name="Targets">Device names or classes; default: any.</param>
/// <param name="Profile">quick, screen, rank or certify; default: rank.</param>
/// <param name="Seed">Seed of every order and input; default: 1.</param>
/// <param name="CalibrationSamples">Default 128.</param>
/// <param name="EvaluationSamples">Default 0: all.</param>
/// <param name="BudgetSeconds">End with the best answer so far when this time has passed, s; default: no limit.</param>
/// <param name="Id">Made by the client: submitting twice under one id is one sweep, so a lost answer can be asked for again.</param>
public sealed record SubmitSweep(
    ImmutableArray<string> Models,
    string? Name = null,
    string? Dataset = null,
    ImmutableArray<string>? Techniques = null,
    ImmutableArray<RuntimeConfig>? Runtimes = null,
    ImmutableArray<Scenario>? Scenarios = null,
    ImmutableArray<string>? Targets = null,
    Objective Objective = Objective.Latency,
    Constraints? Constraints = null,
    string? Profile = null,
    ulong? Seed = null,
    int? CalibrationSamples = null,
    int? EvaluationSamples = null,
    double? BudgetSeconds = null,
    Guid? Id = null);
