using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Core.Devices;
using BenchFleet.Server.Tests.Fleet;

namespace BenchFleet.Server.Tests.Access;

public sealed class CredentialTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Lab _lab = null!;

    public async Task InitializeAsync() => _lab = await Lab.Open();

    public async Task DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task A_token_replayed_after_its_use_lets_nobody_in()
    {
        var (token, first, second) = (await _lab.EnrolmentToken(), Credential.Create(CredentialKind.Agent), Credential.Create(CredentialKind.Agent));
        using var nobody = _lab.Server.ClientWith(null);
        Answer.Ok(await nobody.Enrol(new EnrolAgent("bench", token, first.Id, first.Hash), None));

        var replayed = Answer.Refused(await nobody.Enrol(new EnrolAgent("evil", token, second.Id, second.Hash), None));
        var asKey = Answer.Refused(await _lab.Server.ClientWith(token).ListModels(None));

        Assert.Equal((Problems.Unauthorized, 401), (replayed.Type, replayed.Status));
        Assert.Equal(401, asKey.Status);
        Assert.Equal(401, Answer.Refused(await _lab.Server.ClientWith(second.Reveal()).Register(Offer("evil"), None)).Status);
        Answer.Ok(await _lab.Server.ClientWith(first.Reveal()).Register(Offer("bench"), None));
    }

    [Fact]
    public async Task A_token_that_expired_lets_nobody_in()
    {
        var (token, credential) = (await _lab.EnrolmentToken(), Credential.Create(CredentialKind.Agent));
        _lab.Clock.Advance(TimeSpan.FromHours(25));
        using var nobody = _lab.Server.ClientWith(null);

        Assert.Equal(401, Answer.Refused(await nobody.Enrol(new EnrolAgent("late", token, credential.Id, credential.Hash), None)).Status);
    }

    [Fact]
    public async Task A_revoked_agent_is_out_at_once()
    {
        var (_, bench) = await _lab.Enrol("bench");
        Answer.Ok(await bench.Register(Offer("bench"), None));

        Assert.NotNull(Answer.Ok(await _lab.Admin.RevokeAgent("bench", None)).RevokedAt);

        Assert.Equal(401, Answer.Refused(await bench.Register(Offer("bench"), None)).Status);
    }

    [Fact]
    public async Task A_rotated_credential_takes_the_place_of_the_old_one()
    {
        var (_, bench) = await _lab.Enrol("bench");
        var id = Answer.Ok(await bench.Register(Offer("bench"), None)).Agent;
        var next = Credential.Create(CredentialKind.Agent);

        Answer.Ok(await bench.Rotate(id, new RotateCredential(next.Id, next.Hash), None));
        Answer.Ok(await bench.Register(Offer("bench"), None));
        Answer.Ok(await _lab.Server.ClientWith(next.Reveal()).Register(Offer("bench"), None));

        Assert.Equal(401, Answer.Refused(await bench.Register(Offer("bench"), None)).Status);
    }

    [Fact]
    public async Task A_drained_agent_is_told_so_and_gets_nothing_until_it_is_readmitted()
    {
        await _lab.Server.AddModel();
        var (_, bench) = await _lab.Enrol("bench");
        var agent = await new ScriptedAgent(_lab.Server, "bench", bench).Register();
        var view = Answer.Ok(await _lab.Admin.HoldAgent("bench", new HoldSubject(HoldKind.Drained, "new memory"), None));
        Answer.Ok(await _lab.Server.Client.Submit(new SubmitSweep(["digits"], Profile: "quick"), None));

        Assert.True(view.Draining);
        Assert.Contains(Answer.Ok(await agent.Beat()).Commands, command => command.Kind == AgentCommandKind.Drain);
        Assert.Empty(Answer.Ok(await agent.Ask(wait: 0.1)).Leases);
        Assert.Contains(Answer.Ok(await _lab.Admin.ShowQueue(None)), item => item.Why == "bench/cpu is drained: new memory");

        Answer.Ok(await _lab.Admin.ReadmitAgent("bench", None));
        Assert.Empty(Answer.Ok(await agent.Beat()).Commands);
        await agent.Next();
    }

    [Fact]
    public async Task A_quarantined_device_gets_nothing_until_it_is_readmitted()
    {
        await _lab.Server.AddModel();
        var (_, bench) = await _lab.Enrol("bench");
        var agent = await new ScriptedAgent(_lab.Server, "bench", bench).Register();
        Answer.Ok(await _lab.Server.Client.Submit(new SubmitSweep(["digits"], Profile: "quick"), None));

        var held = Answer.Ok(await _lab.Admin.HoldDevice("bench/cpu", new HoldSubject(HoldKind.Quarantined), None));
        Assert.Equal(HoldKind.Quarantined, held.Hold);
        Assert.Empty(Answer.Ok(await agent.Ask(wait: 0.1)).Leases);
        Assert.Null(Answer.Ok(await _lab.Admin.ReadmitDevice("cpu", None)).Hold);
        var lease = await agent.Next();

        var leased = Assert.Single(Answer.Ok(await _lab.Admin.ShowQueue(None)), item => item.LeaseUntil is not null);
        Assert.Equal((lease.Work, "bench/cpu", null), (leased.Work, leased.Device, leased.Why));
    }

    [Fact]
    public async Task Every_write_is_in_the_audit_log_and_no_secret_is_in_any_log()
    {
        var vision = await _lab.Key(Role.Submitter);
        var (_, bench) = await _lab.Enrol("bench");
        using var client = _lab.Server.ClientWith(vision.Key);
        await _lab.Server.AddModel(client: client);
        Answer.Ok(await bench.Register(Offer("bench"), None));
        Answer.Refused(await client.Admin.CreateKey(new CreateKey("vision", Role.Admin, "for myself"), None));
        Answer.Refused(await _lab.Server.ClientWith(_lab.Secrets[1] + "x").ListModels(None));

        var audit = Answer.Ok(await _lab.Admin.ShowAudit(100, None));

        Assert.Contains(audit, entry => entry is { Action: "AddModel", Project: "vision", Status: 200 } && entry.Caller.Contains(vision.Id.ToString(), StringComparison.Ordinal));
        Assert.Contains(audit, entry => entry is { Action: "EnrolAgent", Caller: "nobody", Status: 200 });
        Assert.Contains(audit, entry => entry is { Action: "RegisterAgent" } && entry.Caller.StartsWith("agent bench", StringComparison.Ordinal));
        Assert.Contains(audit, entry => entry is { Action: "CreateKey", Status: 403 });
        Assert.Contains(audit, entry => entry is { Action: "CreateProject", Caller: "bootstrap token", Address: "127.0.0.1" });
        var logged = string.Join('\n', _lab.Lines.All.Concat(audit.Select(entry => entry.ToString())));
        Assert.NotEmpty(_lab.Lines.All);
        Assert.All(_lab.Secrets, secret => Assert.DoesNotContain(secret[^30..], logged, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_and_tokens_are_shown_once()
    {
        var key = await _lab.Key(Role.Viewer);
        using var http = _lab.Server.Http(Lab.Token);

        var listed = await http.GetStringAsync(Routes.AdminKeys) + await http.GetStringAsync(Routes.AdminTokens);

        Assert.Contains(key.Id.ToString(), listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Key[^30..], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(Credential.Parse(key.Key)!.Hash.Hex, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_of_one_key_are_refused_for_a_while()
    {
        await using var lab = await Lab.Open(options => options with { RateLimits = new Server.Access.RateLimits(PerKeyPerSecond: 1, PerKeyBurst: 3) });
        var key = await lab.Key(Role.Viewer);
        using var http = lab.Server.Http(key.Key);

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 5; i++) answers.Add(await http.GetAsync(Routes.Models));

        Assert.Equal([200, 200, 200, 429, 429], answers.Select(answer => (int)answer.StatusCode));
        Assert.Equal("application/problem+json", answers[^1].Content.Headers.ContentType?.MediaType);
        Assert.NotNull(answers[^1].Headers.RetryAfter);
    }

    [Fact]
    public async Task Guesses_at_the_bootstrap_token_are_refused_after_a_few_and_keys_still_work()
    {
        await using var lab = await Lab.Open(options => options with { RateLimits = new Server.Access.RateLimits(WrongTokensPerMinute: 3) });
        var key = await lab.Key(Role.Viewer);
        using var guesser = lab.Server.Http("not-the-bootstrap-token");

        var answers = new List<int>();
        for (var i = 0; i < 5; i++) answers.Add((int)(await guesser.GetAsync(Routes.Models)).StatusCode);

        Assert.Equal([401, 401, 401, 429, 429], answers);
        Answer.Ok(await lab.Server.ClientWith(key.Key).ListModels(None));
    }

    private static RegisterAgent Offer(string name) => new(name, Guid.NewGuid(), "test", []);
}
