using System.CommandLine;
using System.Globalization;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet sweep submit|list|show|watch|cancel.</summary>
internal static class SweepCommand
{
    public static Command Create() => new("sweep", "Sweeps: submit one, watch it, stop it") { Submit(), List(), Show(), Watch(), Cancel() };

    private static Argument<Guid> Id() => new("sweep") { Description = "Id of a sweep, as 'benchfleet sweep list' prints it" };

    private static Command Submit()
    {
        var file = new Argument<string>("file") { Description = "sweep.yaml: models, dataset, techniques, runtimes, constraints (docs/sweeps.md)" };
        var watch = new Option<bool>("--watch") { Description = "Stay and show progress until it has ended" };
        var command = new Command("submit", "Submits a sweep") { file, watch, ServerOption.Instance };
        command.SetAction((parsed, cancel) => SweepFile.Read(parsed.GetValue(file)!) switch
        {
            SweepFileRead.Refused refused => Task.FromResult(Complaint.Say(ExitCode.Usage, refused.Reason)),
            SweepFileRead.Read { Sweep: var sweep } => ServerOption.With(parsed, client => Send(client, sweep, parsed.GetValue(watch), cancel)),
            _ => throw new InvalidOperationException("A file is read or refused."),
        });
        return ExampleHelp.Give(command, "benchfleet sweep submit sweep.yaml --watch");
    }

    private static async Task<int> Send(BenchFleetClient client, SubmitSweep sweep, bool watch, CancellationToken cancel)
    {
        var answer = await client.Submit(sweep with { Id = sweep.Id ?? Guid.NewGuid() }, cancel);
        if (answer is not ApiResult<SweepView>.Ok { Value: var view }) return Answer.Complain(answer);
        Console.Out.WriteLine(view.Id);
        return watch ? (await SweepWatcher.Watch(client, view.Id, cancel)).ExitCode : ExitCode.Ok;
    }

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every sweep in one line, newest first") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.ListSweeps(cancel), sweeps => new Listing<SweepView>(sweeps,
            [
                ("Id", sweep => sweep.Id.ToString()), ("Name", sweep => sweep.Name), ("State", sweep => sweep.State.ToString().ToLowerInvariant()),
                ("Trials", sweep => $"{sweep.Progress.TrialsDone}/{sweep.Progress.Trials}"), ("Launches", sweep => sweep.Progress.LaunchesDone.ToString(CultureInfo.InvariantCulture)),
                ("Submitted", sweep => sweep.SubmittedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet sweep list");
    }

    private static Command Show()
    {
        var id = Id();
        var format = OutputOption.Create();
        var command = new Command("show", "A sweep's trials and their states") { id, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.ListTrials(parsed.GetValue(id), cancel), trials => new Listing<TrialView>(trials,
            [
                ("Model", trial => trial.Model), ("Device", trial => trial.Device), ("Technique", trial => trial.Control ? "A/A control" : trial.Recipe), ("Runtime", trial => trial.Runtime),
                ("State", trial => trial.State.ToString().ToLowerInvariant()), ("Launches", trial => trial.Launches.ToString(CultureInfo.InvariantCulture)), ("Why it failed", trial => trial.Failure ?? ""),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet sweep show 0199a0c4-...");
    }

    private static Command Watch()
    {
        var id = Id();
        var command = new Command("watch", "Shows progress until the sweep has ended") { id, ServerOption.Instance };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client => (await SweepWatcher.Watch(client, parsed.GetValue(id), cancel)).ExitCode));
        return ExampleHelp.Give(command, "benchfleet sweep watch 0199a0c4-...");
    }

    private static Command Cancel()
    {
        var id = Id();
        var command = new Command("cancel", "Stops a sweep; what was measured stays") { id, ServerOption.Instance };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.CancelSweep(parsed.GetValue(id), cancel), sweep => Console.Out.WriteLine(SweepWatcher.Describe(sweep)))));
        return ExampleHelp.Give(command, "benchfleet sweep cancel 0199a0c4-...");
    }
}
