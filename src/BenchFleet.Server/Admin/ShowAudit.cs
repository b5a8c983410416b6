using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

internal static class ShowAudit
{
    private const int MaxCount = 10_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.AdminAudit, Handle).Needs(Role.Admin)
        .WithName("ShowAudit").WithTags("Admin").WithSummary("The newest writes: who, what, when, from where.").ProducesProblem(400);

    private static async Task<Results<Ok<ImmutableArray<AuditView>>, ProblemHttpResult>> Handle(
        AuditStore audit, CancellationToken cancel, int count = 100)
    {
        if (count is < 1 or > MaxCount) return Refusal.Invalid($"count {count} is outside 1..{MaxCount}.");
        return TypedResults.Ok((await audit.Newest(count, cancel)).Select(entry =>
            new AuditView(entry.At, entry.Caller, entry.Project, entry.Action, entry.Target, entry.Status, entry.Address)).ToImmutableArray());
    }
}
