using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Library;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Library;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Library;

internal static class ShowModels
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Models, List).WithName("ListModels").WithTags("Models").WithSummary("Every model.");
        routes.MapGet(Routes.Model, Show).WithName("ShowModel").WithTags("Models").WithSummary("A model by name or hash.")
            .ProducesProblem(404);
    }

    public static ModelView View(StoredModel model) => new(model.Name, model.Hash, model.Bundle, model.Summary, model.AddedAt);

    private static async Task<Ok<ImmutableArray<ModelView>>> List(LibraryStore library, CancellationToken cancel) =>
        TypedResults.Ok((await library.ListModels(cancel)).Select(View).ToImmutableArray());

    private static async Task<Results<Ok<ModelView>, ProblemHttpResult>> Show(string model, LibraryStore library,
        CancellationToken cancel) =>
        await library.FindModel(model, cancel) is { } found ? TypedResults.Ok(View(found)) : Refusal.NotFound("model", model);
}
