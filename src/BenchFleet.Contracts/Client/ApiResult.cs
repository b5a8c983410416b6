namespace BenchFleet.Contracts.Client;

/// <summary>Problem details as the server sent them (RFC 9457).</summary>
/// <param name="Type">One of <see cref="Problems"/>.</param>
public sealed record Problem(string Type, int Status, string Detail, string? TraceId = null);

/// <summary>How a call ended. Only bugs are exceptions: a refusal and a missing server are answers.</summary>
public abstract record ApiResult<T>
{
    private ApiResult() { }

    public sealed record Ok(T Value) : ApiResult<T>;

    public sealed record Refused(Problem Problem) : ApiResult<T>;

    /// <summary>No answer after every retry. <paramref name="Reason"/> is one sentence.</summary>
    public sealed record Unreachable(string Reason) : ApiResult<T>;

    public ApiResult<TOther> Then<TOther>(Func<T, TOther> map) => this switch
    {
        Ok ok => new ApiResult<TOther>.Ok(map(ok.Value)),
        Refused refused => new ApiResult<TOther>.Refused(refused.Problem),
        Unreachable gone => new ApiResult<TOther>.Unreachable(gone.Reason),
        _ => throw new InvalidOperationException("An answer is one of three."),
    };
}
