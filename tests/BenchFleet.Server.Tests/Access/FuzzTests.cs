using System.Net.Http.Headers;
using System.Text;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Hashing;
using BenchFleet.Server.Tests.Fleet;

namespace BenchFleet.Server.Tests.Access;

/// <summary>Bodies that nobody should send. Seeded, so that a failure can be had again.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Good =
    [
        """{"models":["digits"],"name":"n","techniques":["quantize.static"],"profile":"quick","seed":1}""",
        """{"name":"m","bundle":{"files":[{"path":"a.onnx","sizeBytes":3,"hash":"0000000000000000000000000000000000000000000000000000000000000000"}]}}""",
        """{"agent":"a","session":"00000000-0000-0000-0000-000000000001","version":"1","devices":[]}""",
        """{"agent":"a","token":"bfe_0","credential":"00000000-0000-0000-0000-000000000001","secretHash":"0000000000000000000000000000000000000000000000000000000000000000"}""",
        """{"session":"00000000-0000-0000-0000-000000000001","work":"00000000-0000-0000-0000-000000000002","attempt":1,"outcome":{"kind":"failed","failure":{"kind":"user","code":"x","message":"y"}}}""",
        """{"project":"vision","role":"viewer","name":"k","daysValid":1}""",
    ];

    private static readonly string[] Targets =
    [
        Routes.Sweeps, Routes.Models, Routes.Datasets, Routes.AgentRegister, Routes.AgentEnrol, Routes.AdminKeys, Routes.AdminProjects,
        Routes.AdminTokens, $"/api/v1/agents/{Guid.Empty}/lease", $"/api/v1/agents/{Guid.Empty}/heartbeat", $"/api/v1/agents/{Guid.Empty}/commit",
    ];

    [Fact]
    public async Task Mutated_bodies_are_refused_with_problem_details_and_never_are_faults()
    {
        await using var lab = await Lab.Open();
        using var http = lab.Server.Http(Lab.Token);
        var random = new Random(20261125);

        for (var i = 0; i < 300; i++)
        {
            var body = Mutate(Encoding.UTF8.GetBytes(Good[random.Next(Good.Length)]), random);
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await http.PostAsync(Targets[i % Targets.Length], content);

            var told = $"{i}: {Targets[i % Targets.Length]} {Encoding.UTF8.GetString(body)} gave {answer.StatusCode}";
            Assert.True((int)answer.StatusCode < 500, told);
            if (answer.IsSuccessStatusCode) continue;
            Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", told);
            var problem = CanonicalJson.Read<Problem>(await answer.Content.ReadAsStringAsync());
            Assert.StartsWith("urn:benchfleet:problem:", problem.Type, StringComparison.Ordinal);
            Assert.NotNull(problem.TraceId);
        }
    }

    [Theory]
    [InlineData(Routes.Sweeps)]
    [InlineData(Routes.AdminKeys)]
    [InlineData(Routes.AgentEnrol)]
    public async Task Oversized_bodies_are_refused_before_they_are_read(string path)
    {
        await using var server = await TestServer.Start();
        // Asks before it sends, and has the patience of a test.
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(60) }) { BaseAddress = server.Address };

        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Headers = { ExpectContinue = true },
            Content = new StringContent(new string(' ', 5 << 20) + "{}", Encoding.UTF8, "application/json"),
        };
        using var answer = await http.SendAsync(request);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        await using var server = await TestServer.Start();
        using var http = server.Http();
        var deep = $$"""{"models":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""";

        using var answer = await http.PostAsync(Routes.Sweeps, new StringContent(deep, Encoding.UTF8, "application/json"));

        Assert.Equal(400, (int)answer.StatusCode);
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes("\"null-1e999{[]}\\u0000:,"[random.Next(8)..])); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(20, bytes.Count - at))); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }

            if (bytes.Count == 0) bytes.Add((byte)'0');
        }

        return [.. bytes];
    }
}
