using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Library;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

internal static class ListTrials
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.SweepTrials, Handle).Needs(Role.Viewer)
        .WithName("ListTrials").WithTags("Sweeps").WithSummary("The trials of a sweep with their states.").ProducesProblem(404);

    private static async Task<Results<Ok<ImmutableArray<TrialView>>, ProblemHttpResult>> Handle(
        Guid sweep, SweepStore sweeps, FleetStore fleet, LibraryStore library, CancellationToken cancel)
    {
        if (await sweeps.Load(sweep, cancel) is not { } snapshot) return Refusal.NotFound("sweep", sweep);

        var devices = (await fleet.ListDevices(cancel)).ToDictionary(device => device.Id, device => device.Name);
        var models = (await library.ListModels(snapshot.Sweep.Project, cancel)).GroupBy(model => model.Hash)
            .ToDictionary(group => group.Key, group => group.First().Name);
        var launches = snapshot.Blocks.SelectMany(block => block.Launches).CountBy(launch => launch.Trial).ToDictionary();
        return TypedResults.Ok(snapshot.Trials.Select(status => new TrialView(
            status.Trial.Id,
            models.GetValueOrDefault(status.Trial.Model, status.Trial.Model.Short),
            devices.GetValueOrDefault(status.Trial.Device, "unknown"),
            status.Trial.Recipe.Text,
            status.Trial.Runtime.Label,
            status.Trial.Scenario,
            status.Trial.Control,
            status.State,
            launches.GetValueOrDefault(status.Trial.Id),
            status.Failure?.Message)).ToImmutableArray());
    }
}
