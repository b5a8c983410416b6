using BenchFleet.Contracts;
using BenchFleet.Contracts.Library;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Artifacts;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Library;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Library;

/// <summary>Names a model that was uploaded. It is opened here, so that what is no ONNX model is refused before anybody waits for
/// it.</summary>
internal static class AddModelSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.Models, Handle).Needs(Role.Submitter).TakesLargeJson(routes)
        .WithName("AddModel").WithTags("Models").WithSummary("Names an uploaded model.").ProducesProblem(400).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<Results<Ok<ModelView>, ProblemHttpResult>> Handle(
        AddModel request, Caller caller, LibraryStore library, BundleStore bundles, ModelReader reader, TimeProvider clock, CancellationToken cancel)
    {
        if (LibraryName.Refuse(request.Name) is { } reason) return Refusal.Invalid(reason);
        if (await LibraryAnswers.Take(bundles, request.Bundle, caller.Owner, cancel) is { } refused) return refused;
        var read = await reader.Read(request.Bundle, cancel);
        if (read is not ModelRead.Readable readable) return Refusal.Invalid(((ModelRead.Refused)read).Reason);

        var result = await library.AddModel(caller.Project, request.Name, request.Bundle, readable.Summary, clock.GetUtcNow(), cancel);
        if (LibraryAnswers.Conflict(result, "model", request.Name) is { } conflict) return conflict;
        return TypedResults.Ok(ShowModels.View((await library.FindModel(caller.Project, request.Name, cancel))!));
    }
}
