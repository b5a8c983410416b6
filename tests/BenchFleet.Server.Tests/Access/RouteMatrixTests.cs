using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using BenchFleet.Core.Access;
using BenchFleet.Server.Tests.Fleet;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Server.Tests.Access;

/// <summary>Every route of a running server against every kind of caller. BENCHFLEET_APPROVE=1 writes the approved table anew.</summary>
public sealed partial class RouteMatrixTests
{
    private static readonly string[] Callers = ["nobody", "viewer", "submitter", "operator", "admin", "agent"];

    [Fact]
    public async Task Every_route_lets_in_exactly_whom_the_approved_table_says()
    {
        await using var lab = await Lab.Open();
        var keys = await Keys(lab);
        var table = new StringBuilder();

        foreach (var (method, path) in Routes(lab.Server))
        {
            var allowed = new List<string>();
            foreach (var caller in Callers)
            {
                var status = await Ask(lab.Server, keys[caller], method, path);
                if (status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)) allowed.Add(caller);
                // Who is nobody is asked who he is; who is somebody is told no.
                else Assert.Equal(caller == "nobody" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, status);
            }

            table.Append($"{method} {path}: {string.Join(", ", allowed)}\n");
        }

        var approved = Approved();
        if (Environment.GetEnvironmentVariable("BENCHFLEET_APPROVE") == "1") await File.WriteAllTextAsync(approved, table.ToString());
        Assert.Equal(await File.ReadAllTextAsync(approved), table.ToString());
    }

    [Fact]
    public async Task A_revoked_an_expired_and_a_made_up_key_open_nothing_but_what_is_open()
    {
        await using var lab = await Lab.Open();
        var (revoked, expired) = (await lab.Key(Role.Admin), await lab.Key(Role.Admin, days: 1));
        Answer.Ok(await lab.Admin.RevokeKey(revoked.Id, CancellationToken.None));
        lab.Clock.Advance(TimeSpan.FromDays(2));
        var strangers = new[] { revoked.Key, expired.Key, Credential.Create(CredentialKind.ApiKey).Reveal(), $"{revoked.Key}x", "bfk_", "nonsense" };

        foreach (var (method, path) in Routes(lab.Server).Where(route => !IsOpen(route.Path)))
            foreach (var key in strangers.Take(path.Contains("sweeps", StringComparison.Ordinal) ? strangers.Length : 2))
                Assert.Equal(HttpStatusCode.Unauthorized, await Ask(lab.Server, key, method, path));
    }

    private static bool IsOpen(string path) => path.StartsWith("/health", StringComparison.Ordinal) || path == Contracts.Routes.AgentEnrol;

    private static async Task<Dictionary<string, string?>> Keys(Lab lab) => new()
    {
        ["nobody"] = null,
        ["viewer"] = (await lab.Key(Role.Viewer)).Key,
        ["submitter"] = (await lab.Key(Role.Submitter)).Key,
        ["operator"] = (await lab.Key(Role.Operator)).Key,
        ["admin"] = (await lab.Key(Role.Admin)).Key,
        ["agent"] = (await lab.Enrol("bench")).Key,
    };

    private static IEnumerable<(string Method, string Path)> Routes(TestServer server) =>
        from endpoint in server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        orderby endpoint.RoutePattern.RawText, method
        select (method, endpoint.RoutePattern.RawText!);

    private static async Task<HttpStatusCode> Ask(TestServer server, string? key, string method, string path)
    {
        using var http = server.Http(key);
        var url = Parameter().Replace(path, match => match.Value == "{documentName}" ? "v1" : Guid.NewGuid().ToString());
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        // Nothing that any use case would take: a caller who may come in is told what is wrong with it, and nothing happens.
        if (method is "POST" or "PUT" or "PATCH") request.Content = new StringContent("[]", Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private static string Approved([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "routes.approved.txt");

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
