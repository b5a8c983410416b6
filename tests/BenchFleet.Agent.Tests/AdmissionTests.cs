using BenchFleet.Agent.Enrolment;
using BenchFleet.Contracts.Admin;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Server;
using BenchFleet.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace BenchFleet.Agent.Tests;

/// <summary>Against a real server that asks for keys.</summary>
#pragma warning disable CA1001 // xunit disposes of it asynchronously, and the folder with it
public sealed class AdmissionTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string Token = "a-bootstrap-token-of-the-tests";

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempFolder _folder = new();
    private RunningServer _server = null!;

    private string CredentialPath => Path.Combine(_folder["agent"], "credential");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder["agent"]);
        var start = await ServerStart.Run(new ServerOptions(_folder["server"]) { Token = Token }, None);
        _server = Assert.IsType<ServerStart.Started>(start).Server;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task With_a_token_it_gets_a_credential_that_only_its_owner_can_read_and_keeps_it()
    {
        var token = await NewToken();

        Assert.Null(await Enter(token));
        var second = BenchFleetClient.Create(_server.Address);
        Assert.Null(await Enter(null, second));

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CredentialPath));
        Assert.IsType<ApiResult<AgentRegistered>.Ok>(await second.Register(Offer, None));
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(CredentialPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_between_enrolling_and_taking_the_credential_into_use_is_made_good()
    {
        var token = await NewToken();
        Assert.Null(await Enter(token));
        File.Move(CredentialPath, CredentialPath + ".next");

        Assert.Null(await Enter(token));

        Assert.True(File.Exists(CredentialPath));
    }

    [Fact]
    public async Task A_token_that_is_used_up_is_one_sentence()
    {
        var token = await NewToken();
        Assert.Null(await Enter(token));
        File.Delete(CredentialPath);

        Assert.Contains("ask for a new one", (await Enter(token))!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_credential_is_renewed_and_the_old_one_ends()
    {
        var client = BenchFleetClient.Create(_server.Address);
        var admission = Admission(await NewToken(), client, age: TimeSpan.Zero);
        Assert.Null(await admission.Enter(None));
        var old = await File.ReadAllTextAsync(CredentialPath);
        var agent = Assert.IsType<ApiResult<AgentRegistered>.Ok>(await client.Register(Offer, None)).Value.Agent;

        await admission.Renew(agent, None);

        Assert.NotEqual(old, await File.ReadAllTextAsync(CredentialPath));
        Assert.IsType<ApiResult<AgentRegistered>.Ok>(await client.Register(Offer, None));
        using var outdated = BenchFleetClient.Create(_server.Address, old);
        Assert.Equal(401, Assert.IsType<ApiResult<AgentRegistered>.Refused>(await outdated.Register(Offer, None)).Problem.Status);
    }

    private static RegisterAgent Offer => new("bench", Guid.NewGuid(), "test", []);

    private async Task<string> NewToken()
    {
        using var admin = BenchFleetClient.Create(_server.Address, Token);
        return Assert.IsType<ApiResult<TokenCreated>.Ok>(await admin.Admin.CreateToken(new CreateToken("bench"), None)).Value.Token;
    }

    private Task<AgentEnd.Refused?> Enter(string? token, BenchFleetClient? client = null) =>
        Admission(token, client ?? BenchFleetClient.Create(_server.Address), TimeSpan.FromDays(30)).Enter(None);

    private Admission Admission(string? token, BenchFleetClient client, TimeSpan age)
    {
        var options = new AgentOptions { Name = "bench", DataFolder = _folder["agent"], EnrolmentToken = token, CredentialAge = age };
        return new Admission(options, client, TimeProvider.System, NullLogger.Instance);
    }
}
