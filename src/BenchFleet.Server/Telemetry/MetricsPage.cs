using BenchFleet.Contracts;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;

namespace BenchFleet.Server.Telemetry;

internal static class MetricsPage
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.Metrics, (PrometheusText text) =>
        TypedResults.Text(text.Write(), "text/plain; version=0.0.4; charset=utf-8")).Needs(Role.Viewer).ExcludeFromDescription();
}
