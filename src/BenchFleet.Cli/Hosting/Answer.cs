using BenchFleet.Cli.CommandLine;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Client;

namespace BenchFleet.Cli.Hosting;

/// <summary>What the server answered, as something printed or one line of complaint.</summary>
internal static class Answer
{
    public static async Task<int> Of<T>(Task<ApiResult<T>> call, Action<T> print)
    {
        var answer = await call;
        if (answer is not ApiResult<T>.Ok ok) return Complain(answer);
        print(ok.Value);
        return ExitCode.Ok;
    }

    public static int Complain<T>(ApiResult<T> answer) => answer switch
    {
        ApiResult<T>.Refused { Problem: var problem } => Complaint.Say(CodeOf(problem), problem.Detail),
        ApiResult<T>.Unreachable { Reason: var reason } => Complaint.Say(ExitCode.Unreachable, $"{reason} Is it running? 'benchfleet up' starts one."),
        _ => throw new InvalidOperationException("A good answer is nothing to complain about."),
    };

    private static int CodeOf(Problem problem) => problem.Type switch
    {
        Problems.NotFound => ExitCode.NotFound,
        Problems.Invalid or Problems.Conflict or Problems.TooLarge or Problems.Unauthorized or Problems.Forbidden => ExitCode.Usage,
        _ => ExitCode.Failed,
    };
}
