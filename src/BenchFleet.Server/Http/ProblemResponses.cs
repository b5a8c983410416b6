using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using BenchFleet.Contracts;
using BenchFleet.Core.Failures;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace BenchFleet.Server.Http;

/// <summary>Whatever goes wrong leaves as problem details with a URN and a trace id.</summary>
internal static class ProblemResponses
{
    public static IServiceCollection AddBenchFleetProblems(this IServiceCollection services) => services
        .AddProblemDetails(options => options.CustomizeProblemDetails = context => Complete(context.ProblemDetails, context.HttpContext))
        .AddExceptionHandler<ProblemExceptionHandler>()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
        .Configure<ExceptionHandlerOptions>(options => options.SuppressDiagnosticsCallback = IsExpected);

    // What the client sent, or that it went away, is no fault of the server and is not logged as one.
    private static bool IsExpected(ExceptionHandlerSuppressDiagnosticsContext context) =>
        context.Exception is BadHttpRequestException or OperationCanceledException or PoolFencedException
        || ProblemExceptionHandler.IsDiskFull(context.Exception)
        || ProblemExceptionHandler.IsUnknownKind(context.Exception);

    private static void Complete(ProblemDetails problem, HttpContext http)
    {
        var status = problem.Status ?? http.Response.StatusCode;
        if (problem.Type?.StartsWith("urn:", StringComparison.Ordinal) != true) problem.Type = Refusal.TypeOf(status);
        problem.Title = Refusal.TitleOf(problem.Type);
        problem.Detail ??= status == StatusCodes.Status404NotFound ? $"There is nothing at {http.Request.Method} {http.Request.Path}."
            : status == StatusCodes.Status405MethodNotAllowed ? $"{http.Request.Method} is not possible at {http.Request.Path}."
            : status == StatusCodes.Status415UnsupportedMediaType
                ? $"'{http.Request.ContentType}' is not understood: application/json is expected."
            : problem.Title + ".";
        problem.Extensions["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier;
    }
}

internal sealed class ProblemExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    /// <summary>The reader of JSON tells by this, and not by its own exception, that it does not know which record to make.</summary>
    public static bool IsUnknownKind(Exception exception) => exception is NotSupportedException { Source: "System.Text.Json" };

    public static bool IsDiskFull(Exception exception) => exception is IOException disk ? DiskFull.Is(disk) : DatabaseFault.IsDiskFull(exception);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (type, detail) = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                (Problems.TooLarge, "The request is larger than the server takes."),
            BadHttpRequestException { InnerException: JsonException json } =>
                (Problems.Invalid, $"The JSON cannot be read: {json.Message}"),
            _ when IsUnknownKind(exception) => (Problems.Invalid, "The JSON cannot be read: an object in it lacks its kind."),
            BadHttpRequestException bad => (Refusal.TypeOf(bad.StatusCode), bad.Message),
            _ when IsDiskFull(exception) =>
                (Problems.DiskFull, "The server's disk is full; what was committed is safe, and it goes on when there is room."),
            PoolFencedException => (Problems.Unavailable, "Another server has just taken over these devices; try again."),
            // The entity framework wraps what passes by itself.
            DbException or { InnerException: DbException } => (Problems.Unavailable, "The database does not answer; try again."),
            TimeoutException => (Problems.Unavailable, "What the request needs does not answer in time; try again."),
            _ => (Problems.Internal, "The server failed; its log has the trace id."),
        };
        var status = exception is BadHttpRequestException request ? request.StatusCode : Refusal.StatusOf(type);
        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = new ProblemDetails { Type = type, Status = status, Detail = detail },
        });
    }
}
