using System.Collections.Concurrent;
using BenchFleet.Contracts.Admin;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Access;
using BenchFleet.Server.Tests.Fleet;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Server.Tests.Access;

/// <summary>A server with a bootstrap token that two teams share, every log line of which is kept.</summary>
internal sealed class Lab : IAsyncDisposable
{
    public const string Token = "a-bootstrap-token-of-the-tests";

    private static readonly CancellationToken None = CancellationToken.None;

    private Lab(TestServer server, ShiftedClock clock, LogLines lines) => (Server, Clock, Lines) = (server, clock, lines);

    public TestServer Server { get; }

    public ShiftedClock Clock { get; }

    public LogLines Lines { get; }

    public AdminClient Admin => Server.Client.Admin;

    /// <summary>Every secret that was handed out.</summary>
    public List<string> Secrets { get; } = [Token];

    public static async Task<Lab> Open(Func<ServerOptions, ServerOptions>? with = null)
    {
        var (clock, lines) = (new ShiftedClock(), new LogLines());
        var server = await TestServer.Start(options =>
        {
            options = options with { Token = Token, Clock = clock, LogLevel = LogLevel.Trace, LogProvider = lines };
            return with?.Invoke(options) ?? options;
        });
        var lab = new Lab(server, clock, lines);
        foreach (var project in new[] { "vision", "speech" }) Answer.Ok(await lab.Admin.CreateProject(new CreateProject(project), None));
        return lab;
    }

    public async Task<(Guid Id, string Key)> Key(Role role, string project = "vision", double? days = null)
    {
        var created = Answer.Ok(await Admin.CreateKey(new CreateKey(project, role, $"{role} of {project}", days), None));
        Secrets.Add(created.Key);
        return (created.Id, created.Key);
    }

    public async Task<BenchFleetClient> Client(Role role, string project = "vision") => Server.ClientWith((await Key(role, project)).Key);

    public async Task<string> EnrolmentToken()
    {
        var token = Answer.Ok(await Admin.CreateToken(new CreateToken("a bench"), None)).Token;
        Secrets.Add(token);
        return token;
    }

    /// <summary>An agent that came in with a token, and its client.</summary>
    public async Task<(string Key, BenchFleetClient Client)> Enrol(string name)
    {
        var credential = Credential.Create(CredentialKind.Agent);
        using var nobody = Server.ClientWith(null);
        Answer.Ok(await nobody.Enrol(new(name, await EnrolmentToken(), credential.Id, credential.Hash), None));
        Secrets.Add(credential.Reveal());
        return (credential.Reveal(), Server.ClientWith(credential.Reveal()));
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}

internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> All { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose() { }
}
