using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Scheduling.Planning;

/// <summary>What is to happen on one board: transitions of its trials and work for them, gathered while it is planned.</summary>
internal sealed class BoardPlan(ImmutableDictionary<Guid, TrialState> states)
{
    private readonly Dictionary<Guid, TrialTransition> _transitions = [];
    private readonly List<NewWork> _work = [];

    public IEnumerable<TrialTransition> Transitions => _transitions.Values;

    public IEnumerable<NewWork> Work => _work;

    /// <summary>The state a trial will be in once this plan was applied.</summary>
    public TrialState StateOf(Trial trial) => _transitions.TryGetValue(trial.Id, out var transition) ? transition.Next : states[trial.Id];

    public bool IsOpen(Trial trial) => !TrialTransitions.IsFinal(StateOf(trial));

    /// <summary>One transition a trial and plan: the next plan sees where it led.</summary>
    public void Move(Trial trial, TrialEvent happened, Failure? failure = null)
    {
        if (_transitions.ContainsKey(trial.Id) || TrialTransitions.After(states[trial.Id], happened) is not { } next) return;
        _transitions[trial.Id] = new TrialTransition(trial.Id, states[trial.Id], next, failure);
    }

    /// <summary>Fails a trial in whatever open state it is.</summary>
    public void Fail(Trial trial, Failure failure) =>
        Move(trial, states[trial.Id] == TrialState.Waiting ? TrialEvent.VariantFailed : TrialEvent.LaunchesFailed, failure);

    public void Order(NewWork work) => _work.Add(work);
}
