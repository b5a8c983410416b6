using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using BenchFleet.Server.Tests.Fleet;

namespace BenchFleet.Server.Tests;

/// <summary>The interface is pinned: a change of it shows in review. BENCHFLEET_APPROVE=1 writes the file anew.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_OpenAPI_document_is_the_approved_one()
    {
        await using var server = await TestServer.Start();
        using var http = server.Http();

        var json = JsonNode.Parse(await http.GetStringAsync(Contracts.Routes.OpenApi))!;
        var document = json.ToJsonString(new() { WriteIndented = true }) + "\n";

        var approved = Approved();
        if (Environment.GetEnvironmentVariable("BENCHFLEET_APPROVE") == "1") await File.WriteAllTextAsync(approved, document);
        Assert.Equal(await File.ReadAllTextAsync(approved), document);
    }

    private static string Approved([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "openapi.approved.json");
}
