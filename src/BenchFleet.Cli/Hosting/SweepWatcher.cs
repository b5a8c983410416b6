using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Sweeps;
using Spectre.Console;

namespace BenchFleet.Cli.Hosting;

/// <summary>
/// Shows a sweep while it runs: a bar with launches done, what each device does, time left. On a pipe, a line whenever something changed.
/// Drawn at most once a second, since whoever watches may share the machine with what is measured.
/// </summary>
internal static class SweepWatcher
{
    public static async Task<(SweepView? Last, int ExitCode)> Watch(BenchFleetClient client, Guid sweep, CancellationToken cancel) =>
        Terminal.IsInteractive ? await WithBar(client, sweep, cancel) : await WithLines(client, sweep, cancel);

    private static Task<(SweepView?, int)> WithBar(BenchFleetClient client, Guid sweep, CancellationToken cancel) =>
        Terminal.Err.Progress()
            .AutoClear(false).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 32 }, new PercentageColumn())
            .StartAsync(async context =>
            {
                context.Refresh();
                var bar = context.AddTask("waiting", maxValue: 1);
                return await Follow(client, sweep, view =>
                {
                    bar.MaxValue = Math.Max(1, view.Progress.LaunchesExpected);
                    bar.Value = view.State == SweepState.Completed ? bar.MaxValue : view.Progress.LaunchesDone;
                    bar.Description = Markup.Escape(Describe(view));
                }, cancel);
            });

    private static Task<(SweepView?, int)> WithLines(BenchFleetClient client, Guid sweep, CancellationToken cancel)
    {
        var last = "";
        return Follow(client, sweep, view =>
        {
            var line = Describe(view);
            if (line == last) return;
            last = line;
            Console.Error.WriteLine(line);
        }, cancel);
    }

    private static async Task<(SweepView?, int)> Follow(BenchFleetClient client, Guid sweep, Action<SweepView> show, CancellationToken cancel)
    {
        SweepView? last = null;
        await foreach (var happened in client.Watch(sweep, cancel))
        {
            if (happened is not ApiResult<SweepEvent>.Ok { Value.Sweep: var view }) return (last, Answer.Complain(happened));
            last = view;
            show(view);
        }

        return (last, last?.State == SweepState.Completed ? ExitCode.Ok : ExitCode.Failed);
    }

    public static string Describe(SweepView view)
    {
        var progress = view.Progress;
        var doing = progress.Devices.Length > 0 ? string.Join("; ", progress.Devices.Select(device => $"{device.Device}: {device.Doing}")) : progress.Waiting ?? "";
        var left = progress.SecondsLeft is { } seconds && view.State == SweepState.Running ? $", {Duration(seconds)} left" : "";
        return view.State == SweepState.Running
            ? $"{view.Name}: {progress.TrialsDone}/{progress.Trials} trials, {progress.LaunchesDone}/{progress.LaunchesExpected} launches{left}{(doing.Length > 0 ? ", " + doing : "")}"
            : $"{view.Name}: {view.State.ToString().ToLowerInvariant()}, {progress.TrialsDone} trials decided{(progress.TrialsFailed > 0 ? $", {progress.TrialsFailed} failed" : "")}{(view.Failure is { } failure ? ": " + failure : "")}";
    }

    private static string Duration(double seconds) =>
        seconds < 90 ? Quantity.Text(seconds, "0") + " s" : seconds < 5400 ? Quantity.Text(seconds / 60, "0") + " min" : Quantity.Text(seconds / 3600, "0.0") + " h";
}
