using BenchFleet.Contracts.Client;

namespace BenchFleet.Server.Tests.Fleet;

/// <summary>Takes an answer of the client apart, and fails with what came instead.</summary>
internal static class Answer
{
    public static T Ok<T>(ApiResult<T> answer) => answer switch
    {
        ApiResult<T>.Ok ok => ok.Value,
        ApiResult<T>.Refused refused =>
            throw new InvalidOperationException($"{refused.Problem.Status} {refused.Problem.Type}: {refused.Problem.Detail}"),
        ApiResult<T>.Unreachable gone => throw new InvalidOperationException(gone.Reason),
        _ => throw new InvalidOperationException("An answer is one of three."),
    };

    public static Problem Refused<T>(ApiResult<T> answer) => Assert.IsType<ApiResult<T>.Refused>(answer).Problem;
}
