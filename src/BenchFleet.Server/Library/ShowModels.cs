using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Library;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Library;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Library;

internal static class ShowModels
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Models, List).Needs(Role.Viewer).WithName("ListModels").WithTags("Models").WithSummary("Every model of the project.");
        routes.MapGet(Routes.Model, Show).Needs(Role.Viewer).WithName("ShowModel").WithTags("Models").WithSummary("A model by name or hash.")
            .ProducesProblem(404);
    }

    public static ModelView View(StoredModel model) => new(model.Name, model.Hash, model.Bundle, model.Summary, model.AddedAt);

    private static async Task<Ok<ImmutableArray<ModelView>>> List(Caller caller, LibraryStore library, CancellationToken cancel) =>
        TypedResults.Ok((await library.ListModels(caller.Project, cancel)).Select(View).ToImmutableArray());

    private static async Task<Results<Ok<ModelView>, ProblemHttpResult>> Show(
        string model, Caller caller, LibraryStore library, CancellationToken cancel) =>
        await library.FindModel(caller.Project, model, cancel) is { } found ? TypedResults.Ok(View(found)) : Refusal.NotFound("model", model);
}
