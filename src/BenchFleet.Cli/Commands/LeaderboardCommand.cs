using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;

namespace BenchFleet.Cli.Commands;

internal static class LeaderboardCommand
{
    public static Command Create()
    {
        var sweep = new Argument<Guid>("sweep") { Description = "Id of a sweep, as 'benchfleet sweep list' prints it" };
        var outFolder = new Option<string?>("--out") { Description = "Also write report.html, leaderboard.json and leaderboard.csv into this folder" };
        var format = OutputOption.Create();
        var command = new Command("leaderboard", "Ranks a sweep's techniques by what is measured so far") { sweep, ServerOption.Instance, format, outFolder };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
        {
            var answer = await client.GetLeaderboards(parsed.GetValue(sweep), cancel);
            if (answer is not Contracts.Client.ApiResult<System.Collections.Immutable.ImmutableArray<Core.Ranking.Leaderboard>>.Ok { Value: var boards }) return Answer.Complain(answer);
            SweepReport.Print(boards, parsed.GetValue(format));
            if (parsed.GetValue(outFolder) is { } folder)
                Console.Error.WriteLine("wrote " + await SweepReport.Write(folder, boards.FirstOrDefault()?.SweepName ?? "sweep", boards, TimeProvider.System, cancel));
            return ExitCode.Ok;
        }));
        return ExampleHelp.Give(command, "benchfleet leaderboard 0199a0c4-... --format csv");
    }
}
