using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using BenchFleet.Server.Tests.Fleet;
using BenchFleet.TestSupport;

namespace BenchFleet.Server.Tests;

public sealed class ServerStartTests
{
    private const string Token = "0123456789abcdef";

    [Fact]
    public async Task A_server_is_healthy_within_two_seconds()
    {
        var started = Stopwatch.GetTimestamp();
        await using var server = await TestServer.Start();
        using var http = server.Http();

        Assert.Equal("ready", await http.GetStringAsync(Contracts.Routes.Ready));

        // The bar is 2 s on an idle machine; tests share theirs with other tests.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence()
    {
        using var folder = new TempFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var start = await ServerStart.Run(new ServerOptions(folder["data"]) { Urls = [url] }, CancellationToken.None);

        Assert.Equal($"{url} is in use: stop what listens there, or choose another port.",
            Assert.IsType<ServerStart.Refused>(start).Reason);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://192.0.2.7:80")]
    public async Task Listening_for_other_machines_needs_a_token(string url)
    {
        var start = await ServerStart.Run(new ServerOptions("unused") { Urls = [url] }, CancellationToken.None);

        Assert.Contains("set a token", Assert.IsType<ServerStart.Refused>(start).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_one_sentence()
    {
        using var folder = new TempFolder();

        var start = await ServerStart.Run(new ServerOptions(folder.Write("data", "a file")), CancellationToken.None);

        Assert.StartsWith("The data folder", Assert.IsType<ServerStart.Refused>(start).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_one_sentence()
    {
        using var folder = new TempFolder();
        var options = new ServerOptions(folder["data"]) { PostgreSql = "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing;Timeout=2" };

        var start = await ServerStart.Run(options, CancellationToken.None);

        Assert.StartsWith("The database cannot be used", Assert.IsType<ServerStart.Refused>(start).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_only_who_has_it_comes_in()
    {
        await using var server = await TestServer.Start(options => options with { Token = Token });
        using var http = server.Http();

        var without = await http.GetAsync("/api/v1/models");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token + "x");
        var wrong = await http.GetAsync("/api/v1/models");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var right = await http.GetAsync("/api/v1/models");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            [without.StatusCode, wrong.StatusCode, right.StatusCode]);
        Assert.Contains(Contracts.Problems.Unauthorized, await without.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_a_foreign_host_name_is_refused()
    {
        await using var server = await TestServer.Start();
        using var http = server.Http();
        http.DefaultRequestHeaders.Host = "evil.example";

        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/api/v1/models")).StatusCode);
    }

    [Fact]
    public async Task Metrics_are_Prometheus_text()
    {
        await using var server = await TestServer.Start();
        using var http = server.Http();
        await http.GetAsync("/api/v1/models");

        var text = await http.GetStringAsync(Contracts.Routes.Metrics);

        Assert.Contains("# TYPE http_server_request_duration_seconds summary", text, StringComparison.Ordinal);
        Assert.Contains("http_route=\"/api/v1/models\"", text, StringComparison.Ordinal);
    }
}
