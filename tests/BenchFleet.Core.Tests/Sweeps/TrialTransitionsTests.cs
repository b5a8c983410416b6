using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Tests.Sweeps;

public sealed class TrialTransitionsTests
{
    [Fact]
    public void Nothing_leaves_a_final_state()
    {
        var final = Enum.GetValues<TrialState>().Where(TrialTransitions.IsFinal);

        var left = final.SelectMany(state => Enum.GetValues<TrialEvent>().Select(happened => TrialTransitions.After(state, happened)));

        Assert.All(left, Assert.Null);
    }

    [Fact]
    public void Every_open_state_can_be_cancelled()
    {
        TrialState[] open = [TrialState.Waiting, TrialState.Ready];

        Assert.All(open, state => Assert.Equal(TrialState.Cancelled, TrialTransitions.After(state, TrialEvent.Cancel)));
    }
}
