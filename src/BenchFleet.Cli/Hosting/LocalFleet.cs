using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Contracts.Client;
using BenchFleet.Server;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cli.Hosting;

/// <summary>
/// A server in this process and an agent that talks to it over loopback HTTP, exactly as a remote one would. Disposing stops both and
/// leaves nothing running.
/// </summary>
internal sealed class LocalFleet : IAsyncDisposable
{
    private readonly RunningServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _agent;

    private LocalFleet(RunningServer server, BenchFleetClient client, AgentOptions? agent, ServerOptions options)
    {
        _server = server;
        Client = client;
        _agent = agent is null ? Task.CompletedTask : RunAgent(agent, Connect(server.Address, options));
    }

    public BenchFleetClient Client { get; }

    public Uri Address => _server.Address;

    /// <summary>The fleet, or null with the exit code of the complaint that was made.</summary>
    public static async Task<(LocalFleet? Fleet, int ExitCode)> Start(ServerOptions options, AgentOptions? agent, CancellationToken cancel)
    {
        switch (await ServerStart.Run(options, cancel))
        {
            case ServerStart.Started { Server: var server }:
                return (new LocalFleet(server, Connect(server.Address, options), agent, options), ExitCode.Ok);
            case ServerStart.Refused { Reason: var reason }:
                return (null, Complaint.Say(ExitCode.Unreachable, reason));
            default:
                throw new InvalidOperationException("A server starts or is refused.");
        }
    }

    /// <summary>Until Ctrl-C or a termination signal.</summary>
    public static async Task Until(CancellationToken cancel)
    {
        var stopped = new TaskCompletionSource();
        await using (cancel.Register(stopped.SetResult)) await stopped.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _agent;
        Client.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>To our own server, whatever name its certificate has.</summary>
    private static BenchFleetClient Connect(Uri address, ServerOptions options) =>
        BenchFleetClient.Create([address], options.Token, trust: options.Certificate is { } certificate ? Trust.Exactly(certificate) : null);

    private async Task RunAgent(AgentOptions options, BenchFleetClient client)
    {
        using var _ = client;
        // The server stays useful without it: other agents may come.
        using var log = ConsoleLog.From(LogLevel.Warning);
        var agent = new BenchFleet.Agent.Agent(options, client, TimeProvider.System, log.CreateLogger<BenchFleet.Agent.Agent>());
        if (await agent.Run(_stop.Token) is AgentEnd.Refused { Reason: var reason }) Complaint.Say(ExitCode.Failed, reason);
    }
}
