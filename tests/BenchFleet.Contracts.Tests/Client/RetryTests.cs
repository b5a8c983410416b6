using System.Collections.Immutable;
using System.Net.Sockets;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Library;
using Microsoft.AspNetCore.Http;

namespace BenchFleet.Contracts.Tests.Client;

public sealed class RetryTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task When_the_server_stumbles_the_call_is_tried_again(int status)
    {
        await using var server = await ScriptedServer.Start(
            ScriptedServer.Status(status), ScriptedServer.Status(status), ScriptedServer.Text("[]"));
        using var client = server.Client();

        var answer = await client.ListModels(default);

        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Ok>(answer);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task When_a_post_is_tried_again_its_body_is_sent_again()
    {
        var bodies = new List<string>();
        await using var server = await ScriptedServer.Start(Record(bodies, 503), Record(bodies, 200));
        using var client = server.Client();

        await client.Heartbeat(Guid.Empty, new Heartbeat(Guid.Empty, []), default);

        Assert.Equal(2, bodies.Count);
        Assert.NotEmpty(bodies[0]);
        Assert.Equal(bodies[0], bodies[1]);
    }

    [Fact]
    public async Task When_the_server_refuses_its_problem_is_the_answer_and_nothing_is_repeated()
    {
        const string Body = """{"type":"urn:benchfleet:problem:conflict","title":"Conflict","status":409,"detail":"The name digits is taken.","traceId":"t1"}""";
        await using var server = await ScriptedServer.Start(ScriptedServer.Text(Body, "application/problem+json", 409));
        using var client = server.Client();

        var answer = await client.ListModels(default);

        var problem = Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Refused>(answer).Problem;
        Assert.Equal(new Problem(Problems.Conflict, 409, "The name digits is taken.", "t1"), problem);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task When_a_refusal_has_no_problem_details_the_status_is_told()
    {
        await using var server = await ScriptedServer.Start(ScriptedServer.Status(404));
        using var client = server.Client();

        var problem = Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Refused>(await client.ListModels(default)).Problem;

        Assert.Equal(404, problem.Status);
        Assert.Contains("404 Not Found", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nobody_listens_the_server_is_unreachable()
    {
        var server = await ScriptedServer.Start();
        using var client = server.Client(retries: 1);
        await server.DisposeAsync();

        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Unreachable>(await client.ListModels(default));
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_tried_more_often_than_where_somebody_stumbles()
    {
        var settings = ResilienceSettings.Default with { Retries = 1, Knock = TimeSpan.FromMilliseconds(1) };
        using var rising = new Rising(refusals: 3);
        using var http = new HttpClient(new ResilienceHandler(rising, settings, TimeProvider.System));

        using var answer = await http.GetAsync(new Uri("http://127.0.0.1:1"));

        Assert.Equal(4, rising.Tries);
    }

    [Fact]
    public async Task When_a_try_gets_no_answer_in_time_the_next_one_may()
    {
        await using var server = await ScriptedServer.Start(Never, ScriptedServer.Text("[]"));
        using var client = server.Client(tryTimeout: TimeSpan.FromMilliseconds(100));

        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Ok>(await client.ListModels(default));
    }

    [Fact]
    public async Task When_the_caller_cancels_that_is_no_answer()
    {
        await using var server = await ScriptedServer.Start(Never);
        using var client = server.Client();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ListModels(cancel.Token));
    }

    [Fact]
    public async Task When_another_attempt_took_over_a_commit_is_answered_not_refused()
    {
        await using var server = await ScriptedServer.Start(ScriptedServer.Text("""{"type":"urn:benchfleet:problem:superseded","detail":"late"}""", "application/problem+json", 409));
        using var client = server.Client();

        var answer = await client.Commit(Guid.Empty, new CommitWork(Guid.Empty, Guid.Empty, 1, new Core.Work.Measured([])), default);

        Assert.Equal(new CommitAnswer(CommitStatus.Superseded), Assert.IsType<ApiResult<CommitAnswer>.Ok>(answer).Value);
    }

    [Fact]
    public async Task When_the_answer_is_of_another_form_the_server_is_not_believed()
    {
        await using var server = await ScriptedServer.Start(ScriptedServer.Text("<html>"));
        using var client = server.Client();

        Assert.Contains("not this interface's",
            Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Unreachable>(await client.ListModels(default)).Reason,
            StringComparison.Ordinal);
    }

    private static Task Never(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

    private static RequestDelegate Record(List<string> bodies, int status) => async context =>
    {
        bodies.Add(await new StreamReader(context.Request.Body).ReadToEndAsync());
        context.Response.StatusCode = status;
        if (status == 200) await context.Response.WriteAsJsonAsync(new { commands = Array.Empty<string>() });
    };

    /// <summary>An address where nobody listens at first.</summary>
    private sealed class Rising(int refusals) : HttpMessageHandler
    {
        public int Tries { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => ++Tries > refusals
            ? Task.FromResult(new HttpResponseMessage())
            : throw new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)SocketError.ConnectionRefused));
    }
}
