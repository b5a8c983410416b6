using BenchFleet.Contracts;
using BenchFleet.Contracts.Library;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Access;
using BenchFleet.Server.Artifacts;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Library;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Library;

/// <summary>Names a dataset that was uploaded. Whether it fits a model is for the agent to say, which reads both.</summary>
internal static class AddDatasetSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.Datasets, Handle).Needs(Role.Submitter).TakesLargeJson(routes)
        .WithName("AddDataset").WithTags("Datasets").WithSummary("Names an uploaded dataset.").ProducesProblem(400).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> Handle(
        AddDataset request, Caller caller, LibraryStore library, BundleStore bundles, TimeProvider clock, CancellationToken cancel)
    {
        if (LibraryName.Refuse(request.Name) is { } reason) return Refusal.Invalid(reason);
        if (Refuse(request) is { } wrong) return Refusal.Invalid(wrong);
        if (await LibraryAnswers.Take(bundles, request.Bundle, caller.Owner, cancel) is { } refused) return refused;

        var result = await library.AddDataset(caller.Project, request.Name, request.Bundle, CanonicalJson.Write(request.Summary), clock.GetUtcNow(),
            cancel);
        if (LibraryAnswers.Conflict(result, "dataset", request.Name) is { } conflict) return conflict;
        return TypedResults.Ok(ShowDatasets.View((await library.FindDataset(caller.Project, request.Name, cancel))!));
    }

    private static string? Refuse(AddDataset request) =>
        request.Bundle.Files.IsDefaultOrEmpty || !request.Bundle.Files.Any(file => file.Path == "dataset.yaml")
            ? "The bundle has no dataset.yaml at its top."
        : request.Summary.Splits.IsDefaultOrEmpty ? "The summary names no split."
        : request.Summary.Splits.FirstOrDefault(split => split.SampleCount < 1) is { } empty
            ? $"The split '{empty.Name}' has {empty.SampleCount} samples."
        : null;
}
