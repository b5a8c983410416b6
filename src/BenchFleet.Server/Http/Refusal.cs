using BenchFleet.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Http;

/// <summary>Problem details with their URN, title and status; the detail has the offending value and says what would be right.</summary>
internal static class Refusal
{
    public static ProblemHttpResult Invalid(string detail) => Problem(Problems.Invalid, detail);

    public static ProblemHttpResult NotFound(string what, object value) => Problem(Problems.NotFound, $"There is no {what} '{value}'.");

    public static ProblemHttpResult Problem(string type, string detail) =>
        TypedResults.Problem(detail, statusCode: StatusOf(type), title: TitleOf(type), type: type);

    public static int StatusOf(string type) => type switch
    {
        Problems.Invalid => StatusCodes.Status400BadRequest,
        Problems.Unauthorized => StatusCodes.Status401Unauthorized,
        Problems.Forbidden => StatusCodes.Status403Forbidden,
        Problems.TooManyRequests => StatusCodes.Status429TooManyRequests,
        Problems.NotFound => StatusCodes.Status404NotFound,
        Problems.Conflict or Problems.Superseded or Problems.UnknownSession => StatusCodes.Status409Conflict,
        Problems.TooLarge => StatusCodes.Status413PayloadTooLarge,
        Problems.CorruptArtifact => StatusCodes.Status422UnprocessableEntity,
        Problems.Unavailable => StatusCodes.Status503ServiceUnavailable,
        Problems.DiskFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static string TitleOf(string type) => type switch
    {
        Problems.Invalid => "The request is not valid",
        Problems.Unauthorized => "A key is needed",
        Problems.Forbidden => "Not allowed",
        Problems.TooManyRequests => "Too many requests",
        Problems.NotFound => "Not found",
        Problems.Conflict => "It conflicts with what is there",
        Problems.Superseded => "Another attempt has taken over",
        Problems.UnknownSession => "The agent has to register again",
        Problems.TooLarge => "Too large",
        Problems.CorruptArtifact => "The content is not what it is called",
        Problems.Unavailable => "Not available now",
        Problems.DiskFull => "The disk is full",
        _ => "The server failed",
    };

    /// <summary>The problem that a bare status code stands for.</summary>
    public static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Problems.Unauthorized,
        StatusCodes.Status403Forbidden => Problems.Forbidden,
        StatusCodes.Status404NotFound => Problems.NotFound,
        StatusCodes.Status409Conflict => Problems.Conflict,
        StatusCodes.Status413PayloadTooLarge => Problems.TooLarge,
        StatusCodes.Status429TooManyRequests => Problems.TooManyRequests,
        StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => Problems.Unavailable,
        StatusCodes.Status507InsufficientStorage => Problems.DiskFull,
        >= 400 and < 500 => Problems.Invalid,
        _ => Problems.Internal,
    };
}
