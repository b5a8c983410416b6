using BenchFleet.Core.Sweeps;
using BenchFleet.TestSupport;

namespace BenchFleet.Core.Tests.Sweeps;

public sealed class StateTableTests
{
    [Fact]
    public void The_documented_trial_states_are_the_code_s()
    {
        var documented = DocumentedStates.Rows("## Trial").Select(row => $"{row[0]} {row[1]} {row[2]}");

        var coded =
            from state in Enum.GetValues<TrialState>()
            from happened in Enum.GetValues<TrialEvent>()
            let next = TrialTransitions.After(state, happened)
            where next is not null
            select $"{state} {happened} {next}";

        Assert.Equal(coded.Order(), documented.Order());
    }
}
