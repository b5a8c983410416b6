using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Sweeps;

/// <summary>Sweeps with their trials and the work they ask for.</summary>
public sealed class SweepStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal SweepStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task<SubmitResult> Submit(Guid id, SweepSpec spec, DateTimeOffset now, CancellationToken cancel) =>
        Submit(id, spec, Project.Default, PriorityClass.Normal, now, cancel);

    public Task<SubmitResult> Submit(Guid id, SweepSpec spec, string project, PriorityClass priority, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            if (await context.Sweeps.AnyAsync(row => row.Id == id, cancel)) return SubmitResult.Already;

            context.Add(new SweepRow
            {
                Id = id,
                Name = spec.Name,
                State = SweepState.Running,
                SpecJson = CanonicalJson.Write(spec),
                SubmittedAt = now,
                Project = project,
                Priority = priority,
                Version = 1,
            });
            context.Add(new SweepEventRow { SweepId = id, Sequence = 1 });
            await context.SaveChangesAsync(cancel);
            return SubmitResult.Submitted;
        },
        cancel);

    public Task<StoredSweep?> Get(Guid id, CancellationToken cancel) => _reader.Query(context => SweepReader.Get(context, id, cancel), cancel);

    /// <summary>The project of a sweep; null when there is no such sweep.</summary>
    public Task<string?> ProjectOf(Guid sweep, CancellationToken cancel) =>
        _reader.Query(context => context.Sweeps.Where(row => row.Id == sweep).Select(row => row.Project).SingleOrDefaultAsync(cancel), cancel);

    /// <summary>The project of a trial; null when there is no such trial.</summary>
    public Task<string?> ProjectOfTrial(Guid trial, CancellationToken cancel) => _reader.Query(
        context => context.Trials.Where(row => row.Id == trial)
            .Join(context.Sweeps, row => row.SweepId, sweep => sweep.Id, (row, sweep) => sweep.Project).SingleOrDefaultAsync(cancel),
        cancel);

    /// <summary>Of a project, newest first; <paramref name="state"/> null lists all.</summary>
    public Task<ImmutableArray<StoredSweep>> List(string project, SweepState? state, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var sweeps = await SweepReader.All(context.Sweeps.Where(row => row.Project == project && (state == null || row.State == state)), context)
                .OrderByDescending(row => row.Sweep.SubmittedAt).ThenBy(row => row.Sweep.Id).ToListAsync(cancel);
            return sweeps.Select(row => SweepReader.SweepOf(row.Sweep, row.Sequence)).ToImmutableArray();
        },
        cancel);

    /// <summary>Of the running sweeps, oldest first: what a coordinator takes up again after a restart.</summary>
    public Task<ImmutableArray<Guid>> ListRunning(CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var running = context.Sweeps.Where(row => row.State == SweepState.Running);
            return (await running.OrderBy(row => row.SubmittedAt).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(cancel)).ToImmutableArray();
        },
        cancel);

    /// <summary>One consistent state of everything a planner looks at; null when there is no such sweep.</summary>
    public Task<SweepSnapshot?> Load(Guid id, CancellationToken cancel) => _reader.Snapshot(context => SweepReader.Load(context, id, cancel), cancel);

    /// <summary>All of the changes, or none: guarded by the sweep's version and state, and by each moved trial's state.</summary>
    public Task<ApplyResult> Apply(Guid id, SweepChanges changes, DateTimeOffset now, CancellationToken cancel)
    {
        if (changes.Trials.Any(trial => trial.Sweep != id)) throw new ArgumentException($"A trial belongs to another sweep than {id}.", nameof(changes));

        return _writer.Run(
            async context =>
            {
                var current = await context.Sweeps
                    .Where(row => row.Id == id && row.Version == changes.ExpectedVersion && row.State == SweepState.Running)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), cancel);
                if (current == 0) return await context.Sweeps.AnyAsync(row => row.Id == id, cancel) ? ApplyResult.Superseded : ApplyResult.NotFound;

                if (!await Move(context, id, changes.Transitions, cancel))
                {
                    await context.Database.RollbackTransactionAsync(cancel);
                    return ApplyResult.Superseded;
                }

                await AddTrials(context, id, changes.Trials, cancel);
                await SweepWork.Ensure(context, id, changes.Work, now, cancel);
                await SweepWork.Drop(context, id, changes.Cancelled, now, cancel);
                if (changes.State is { } ended) await End(context, id, ended, changes.Failure, now, cancel);
                await SweepEvents.RaiseFor(context, id, cancel);
                return ApplyResult.Applied;
            },
            cancel);
    }

    /// <summary>Ends the sweep, its open trials, and the work that no other running sweep needs.</summary>
    public Task<CancelResult> Cancel(Guid id, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            var running = await context.Sweeps.Where(row => row.Id == id && row.State == SweepState.Running)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), cancel);
            if (running == 0) return await context.Sweeps.AnyAsync(row => row.Id == id, cancel) ? CancelResult.AlreadyEnded : CancelResult.NotFound;

            await context.Trials.Where(row => row.SweepId == id && (row.State == TrialState.Waiting || row.State == TrialState.Ready))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, TrialState.Cancelled), cancel);
            await End(context, id, SweepState.Cancelled, null, now, cancel);
            await SweepEvents.RaiseFor(context, id, cancel);
            return CancelResult.Cancelled;
        },
        cancel);

    private static async Task End(FleetContext context, Guid id, SweepState state, string? failure, DateTimeOffset now, CancellationToken cancel)
    {
        await context.Sweeps.Where(row => row.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state).SetProperty(row => row.EndedAt, now).SetProperty(row => row.Failure, failure), cancel);
        await SweepWork.DropAll(context, id, now, cancel);
    }

    /// <returns>False when a trial was not in the state that it was expected in.</returns>
    private static async Task<bool> Move(FleetContext context, Guid sweep, ImmutableArray<TrialTransition> transitions, CancellationToken cancel)
    {
        foreach (var alike in transitions.GroupBy(move => (move.Expected, move.Next, move.Failure)))
        {
            var (expected, next, failure) = alike.Key;
            var json = FailureJson(failure);
            var ids = alike.Select(move => move.Trial).Distinct().ToList();
            var moved = await context.Trials.Where(row => row.SweepId == sweep && ids.Contains(row.Id) && row.State == expected)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, next).SetProperty(row => row.FailureJson, json), cancel);
            if (moved != ids.Count) return false;
        }

        return true;
    }

    private static async Task AddTrials(FleetContext context, Guid sweep, ImmutableArray<Trial> trials, CancellationToken cancel)
    {
        if (trials.IsEmpty) return;

        // A trial is named after what it is: one that is there already is the same one.
        var known = await context.Trials.Where(row => row.SweepId == sweep).Select(row => row.Id).ToHashSetAsync(cancel);
        var number = known.Count;
        foreach (var trial in trials)
        {
            if (!known.Add(trial.Id)) continue;
            context.Add(new TrialRow
            {
                Id = trial.Id,
                SweepId = sweep,
                Number = ++number,
                Model = trial.Model,
                RecipeJson = CanonicalJson.Write(trial.Recipe),
                VariantKey = trial.Variant,
                RuntimeJson = CanonicalJson.Write(trial.Runtime),
                Scenario = trial.Scenario,
                DeviceId = trial.Device,
                Control = trial.Control,
                State = TrialState.Waiting,
            });
        }

        await context.SaveChangesAsync(cancel);
    }

    private static string? FailureJson(Failure? failure) => failure is null ? null : CanonicalJson.Write(failure);
}
