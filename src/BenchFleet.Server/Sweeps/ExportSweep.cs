using BenchFleet.Contracts;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Ranking;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

/// <summary>The leaderboards as a file: csv for spreadsheets, json for programs.</summary>
internal static class ExportSweep
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.SweepExport, Handle).Needs(Role.Viewer)
        .WithName("ExportSweep").WithTags("Sweeps").WithSummary("The leaderboards as a file; format=csv or json.").ProducesProblem(400)
        .ProducesProblem(404);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(Guid sweep, SweepBoards boards,
        CancellationToken cancel, string format = "csv")
    {
        if (format is not ("csv" or "json")) return Refusal.Invalid($"format '{format}' is not known: it is csv or json.");
        if (await boards.Of(sweep, cancel) is not { } all) return Refusal.NotFound("sweep", sweep);

        var text = format == "json" ? System.Text.Json.JsonSerializer.Serialize(all, CanonicalJson.Readable) : Csv(all);
        return TypedResults.File(System.Text.Encoding.UTF8.GetBytes(text), format == "csv" ? "text/csv" : "application/json",
            $"leaderboard.{format}");
    }

    private static string Csv(IEnumerable<Leaderboard> boards)
    {
        using var text = new StringWriter();
        LeaderboardCsv.Write(text, boards);
        return text.ToString();
    }
}
