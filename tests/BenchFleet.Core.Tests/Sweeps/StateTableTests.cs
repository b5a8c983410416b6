using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Tests.Sweeps;

public sealed class StateTableTests
{
    [Fact]
    public void The_documented_trial_states_are_the_code_s()
    {
        var documented = Rows("## Trial").Select(row => $"{row[0]} {row[1]} {row[2]}");

        var coded =
            from state in Enum.GetValues<TrialState>()
            from happened in Enum.GetValues<TrialEvent>()
            let next = TrialTransitions.After(state, happened)
            where next is not null
            select $"{state} {happened} {next}";

        Assert.Equal(coded.Order(), documented.Order());
    }

    private static IEnumerable<string[]> Rows(string section)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "BenchFleet.sln"))) folder = Path.GetDirectoryName(folder)!;
        return File.ReadLines(Path.Combine(folder, "docs", "states.md"))
            .SkipWhile(line => line != section).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
