using System.Net;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Server.Tests.Fleet;

namespace BenchFleet.Server.Tests.Access;

/// <summary>What is another project's looks as if it were not there.</summary>
public sealed class IsolationTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Lab _lab = null!;
    private BenchFleetClient _vision = null!;
    private BenchFleetClient _speech = null!;
    private string _stranger = null!;

    public async Task InitializeAsync()
    {
        _lab = await Lab.Open();
        _vision = await _lab.Client(Role.Submitter);
        _stranger = (await _lab.Key(Role.Operator, "speech")).Key;
        _speech = _lab.Server.ClientWith(_stranger);
    }

    public async Task DisposeAsync()
    {
        _vision.Dispose();
        _speech.Dispose();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task Models_are_their_projects()
    {
        await _lab.Server.AddModel(client: _vision);
        var model = Answer.Ok(await _vision.GetModel("digits", None));

        Assert.Empty(Answer.Ok(await _speech.ListModels(None)));
        Assert.Equal(404, Answer.Refused(await _speech.GetModel("digits", None)).Status);
        Assert.Equal(404, Answer.Refused(await _speech.GetModel(model.Hash.Hex, None)).Status);
        Assert.Equal(404, Answer.Refused(await _speech.Submit(new SubmitSweep(["digits"]), None)).Status);
        await _lab.Server.AddModel(sample: 1, client: _speech);
        Assert.NotEqual(model.Hash, Answer.Ok(await _speech.GetModel("digits", None)).Hash);
    }

    [Fact]
    public async Task Contents_are_their_owners_whoever_knows_their_hash()
    {
        await _lab.Server.AddModel(client: _vision);
        var bundle = Answer.Ok(await _vision.GetModel("digits", None)).Bundle;

        foreach (var hash in bundle.Contents)
        {
            Assert.Equal(HttpStatusCode.OK, await Status(await Key("vision"), $"/api/v1/artifacts/{hash}"));
            Assert.Equal(HttpStatusCode.NotFound, await Status(_stranger, $"/api/v1/artifacts/{hash}"));
            Assert.Equal("""{"offset":0,"complete":false}""", await Text(_stranger, $"/api/v1/artifacts/{hash}/upload"));
        }

        Assert.Equal(HttpStatusCode.NotFound, await Status(_stranger, $"/api/v1/bundles/{bundle.Hash}"));
        Assert.Equal(Problems.CorruptArtifact, Answer.Refused(await _speech.AddModel(new("mine", bundle), None)).Type);
    }

    [Fact]
    public async Task Who_sends_the_same_content_has_it_as_well_and_who_sends_a_wrong_one_has_not()
    {
        await _lab.Server.AddModel(client: _vision);
        var bundle = Answer.Ok(await _vision.GetModel("digits", None)).Bundle;
        using (var http = _lab.Server.Http(_stranger))
        {
            var file = bundle.Files[0];
            var guess = await http.PatchAsync($"/api/v1/artifacts/{file.Hash}/upload?offset=0&size={file.SizeBytes}",
                new ByteArrayContent(new byte[file.SizeBytes]));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, guess.StatusCode);
        }

        await _lab.Server.AddModel("own", client: _speech);

        Assert.Equal(bundle.Hash, Answer.Ok(await _speech.GetModel("own", None)).Hash);
        Assert.Equal(HttpStatusCode.OK, await Status(_stranger, $"/api/v1/artifacts/{bundle.Files[0].Hash}"));
    }

    [Fact]
    public async Task Sweeps_and_results_are_their_projects()
    {
        await _lab.Server.AddModel(client: _vision);
        var (_, bench) = await _lab.Enrol("bench");
        var agent = await new ScriptedAgent(_lab.Server, "bench", bench).Register();
        var sweep = Answer.Ok(await _vision.Submit(new SubmitSweep(["digits"], Techniques: ["quantize.dynamic"], Profile: "quick"), None)).Id;
        await Finish(agent, sweep);
        var trial = Answer.Ok(await _vision.ListTrials(sweep, None))[0].Id;

        Assert.NotEmpty(Answer.Ok(await _vision.ListLaunches(trial, None)));
        Assert.Empty(Answer.Ok(await _speech.ListSweeps(None)));
        foreach (var path in new[] { "", "/trials", "/leaderboards", "/export", "/events" })
            Assert.Equal(HttpStatusCode.NotFound, await Status(_stranger, $"/api/v1/sweeps/{sweep}{path}"));
        Assert.Equal(404, Answer.Refused(await _speech.CancelSweep(sweep, None)).Status);
        Assert.Equal(404, Answer.Refused(await _speech.ListLaunches(trial, None)).Status);
        Assert.Equal(404, Answer.Refused(await _speech.Submit(new SubmitSweep(["digits"], Id: sweep), None)).Status);
    }

    [Fact]
    public async Task An_admin_may_act_in_any_project_and_nobody_else_in_another()
    {
        await _lab.Server.AddModel(client: _vision);

        Assert.Equal((HttpStatusCode.OK, true), await Models(Lab.Token, "vision"));
        Assert.Equal(HttpStatusCode.NotFound, (await Models(Lab.Token, "nonesuch")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Models(_stranger, "vision")).Status);
    }

    [Fact]
    public async Task An_agent_gets_what_its_orders_name_while_it_has_them_and_nothing_else()
    {
        await _lab.Server.AddModel(client: _vision);
        await _lab.Server.AddModel("other", sample: 1, client: _vision);
        var (key, bench) = await _lab.Enrol("bench");
        var agent = await new ScriptedAgent(_lab.Server, "bench", bench).Register();
        Answer.Ok(await _vision.Submit(new SubmitSweep(["digits"], Techniques: ["quantize.dynamic"], Profile: "quick"), None));
        var (ordered, other) = (Answer.Ok(await _vision.GetModel("digits", None)).Bundle, Answer.Ok(await _vision.GetModel("other", None)).Bundle);

        var lease = await agent.NextOf<PrepareOrder>();

        Assert.Equal(HttpStatusCode.OK, await Status(key, $"/api/v1/artifacts/{ordered.Hash}"));
        Assert.Equal(HttpStatusCode.OK, await Status(key, $"/api/v1/artifacts/{ordered.Files[0].Hash}"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(key, $"/api/v1/artifacts/{other.Files[0].Hash}"));
        await agent.Commit(lease);
        Assert.Equal(HttpStatusCode.NotFound, await Status(key, $"/api/v1/artifacts/{ordered.Files[0].Hash}"));
    }

    [Fact]
    public async Task An_agent_speaks_for_itself_only()
    {
        var ((_, one), (_, two)) = (await _lab.Enrol("one"), await _lab.Enrol("two"));
        var first = await new ScriptedAgent(_lab.Server, "one", one).Register();

        Assert.Equal(404, Answer.Refused(await two.Heartbeat(first.Id, new(first.Session, []), None)).Status);
        Assert.Equal(Problems.Forbidden, Answer.Refused(await two.Register(new("one", Guid.NewGuid(), "test", []), None)).Type);
    }

    [Fact]
    public async Task What_another_project_does_on_a_shared_device_is_not_told()
    {
        await _lab.Server.AddModel(client: _vision);
        var (_, bench) = await _lab.Enrol("bench");
        var agent = await new ScriptedAgent(_lab.Server, "bench", bench).Register();
        Answer.Ok(await _vision.Submit(new SubmitSweep(["digits"], Profile: "quick"), None));
        await agent.Next();

        Assert.Equal("busy for another project", Answer.Ok(await _speech.ListDevices(None)).Single().Doing);
        Assert.NotEqual("busy for another project", Answer.Ok(await _vision.ListDevices(None)).Single().Doing);
    }

    private async Task Finish(ScriptedAgent agent, Guid sweep)
    {
        while (Answer.Ok(await _vision.GetSweep(sweep, None)).State == SweepState.Running)
            foreach (var lease in Answer.Ok(await agent.Ask(wait: 0.3)).Leases) await agent.Commit(lease);
    }

    private async Task<string> Key(string project) => (await _lab.Key(Role.Viewer, project)).Key;

    private async Task<HttpStatusCode> Status(string key, string path)
    {
        using var http = _lab.Server.Http(key);
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private async Task<string> Text(string key, string path)
    {
        using var http = _lab.Server.Http(key);
        return await http.GetStringAsync(path);
    }

    private async Task<(HttpStatusCode Status, bool Digits)> Models(string key, string project)
    {
        using var http = _lab.Server.Http(key);
        http.DefaultRequestHeaders.Add(Routes.ProjectHeader, project);
        using var response = await http.GetAsync(Routes.Models);
        return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Contains("\"digits\"", StringComparison.Ordinal));
    }
}
