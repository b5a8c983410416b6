using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Access;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Agent.Enrolment;

/// <summary>
/// How the agent is known to its server: by the credential in its data folder, which it gets once for a one-time token and renews by
/// itself. Without either it shows whatever key its client was made with.
/// </summary>
internal sealed partial class Admission(AgentOptions options, BenchFleetClient client, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly CredentialFile _file = new(options.DataFolder);

    /// <returns>Null when the agent may go on.</returns>
    public async Task<AgentEnd.Refused?> Enter(CancellationToken cancel)
    {
        if (_file.Current is { } known)
        {
            client.UseKey(known.Reveal());
            return null;
        }

        if (options.EnrolmentToken is not { } token) return null;
        // A try that was killed half-way may have reached the server: the same request again is answered as it was.
        var credential = _file.Pending ?? _file.MakeNext();
        while (true)
        {
            switch (await client.Enrol(new EnrolAgent(options.Name, token, credential.Id, credential.Hash), cancel))
            {
                case ApiResult<AgentEnrolled>.Ok:
                    Take(credential);
                    Enrolled(log, options.Name, client.Server);
                    return null;
                case ApiResult<AgentEnrolled>.Refused { Problem: { Status: < 500 and not 429 } problem }:
                    return new AgentEnd.Refused($"{client.Server} does not let this agent in: {problem.Detail}");
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }

    /// <summary>Once registered: a credential that has grown old is replaced. Whatever goes wrong leaves the old one in use.</summary>
    public async Task Renew(Guid agent, CancellationToken cancel)
    {
        if (_file.Current is null || clock.GetUtcNow() - _file.Since < options.CredentialAge) return;
        var next = _file.MakeNext();
        if (await client.Rotate(agent, new RotateCredential(next.Id, next.Hash), cancel) is ApiResult<AgentEnrolled>.Ok) Take(next);
        else NotRenewed(log, client.Server);
    }

    private void Take(Credential credential)
    {
        _file.UseNext();
        client.UseKey(credential.Reveal());
    }

    [LoggerMessage(20, LogLevel.Information, "{Name} is enrolled at {Server}")]
    private static partial void Enrolled(ILogger log, string name, Uri server);

    [LoggerMessage(21, LogLevel.Warning, "{Server} gave no new credential; the old one stays in use")]
    private static partial void NotRenewed(ILogger log, Uri server);
}
