using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Library;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Library;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Library;

internal static class ShowDatasets
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Datasets, List).Needs(Role.Viewer).WithName("ListDatasets").WithTags("Datasets").WithSummary("Every dataset of the project.");
        routes.MapGet(Routes.Dataset, Show).Needs(Role.Viewer).WithName("ShowDataset").WithTags("Datasets").WithSummary("A dataset by name or hash.")
            .ProducesProblem(404);
    }

    public static DatasetView View(StoredDataset dataset) =>
        new(dataset.Name, dataset.Hash, dataset.Bundle, CanonicalJson.Read<DatasetSummary>(dataset.SummaryJson), dataset.AddedAt);

    private static async Task<Ok<ImmutableArray<DatasetView>>> List(Caller caller, LibraryStore library, CancellationToken cancel) =>
        TypedResults.Ok((await library.ListDatasets(caller.Project, cancel)).Select(View).ToImmutableArray());

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> Show(
        string dataset, Caller caller, LibraryStore library, CancellationToken cancel) =>
        await library.FindDataset(caller.Project, dataset, cancel) is { } found ? TypedResults.Ok(View(found)) : Refusal.NotFound("dataset", dataset);
}
