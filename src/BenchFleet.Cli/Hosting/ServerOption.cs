using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Contracts.Client;

namespace BenchFleet.Cli.Hosting;

/// <summary>Which server a verb talks to.</summary>
internal static class ServerOption
{
    public const string DefaultAddress = "http://127.0.0.1:5210";
    public const string AddressVariable = "BENCHFLEET_SERVER";
    public const string TokenVariable = "BENCHFLEET_TOKEN";

    // A person is waiting: two quick tries more, then the sentence that says who does not answer.
    private static readonly ResilienceSettings Impatient = ResilienceSettings.Default with { Retries = 2 };

    public static Option<string> Instance { get; } = new("--server")
    {
        Description = $"Address of the server (or {AddressVariable}); a token is taken from {TokenVariable}",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(AddressVariable) ?? DefaultAddress,
    };

    public static string? Token => Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token : null;

    public static async Task<int> With(ParseResult parsed, Func<BenchFleetClient, Task<int>> act)
    {
        var text = parsed.GetValue(Instance)!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return Complaint.Say(ExitCode.Usage, $"'{text}' is not the address of a server: something like {DefaultAddress} is expected.");
        using var client = BenchFleetClient.Create(address, Token, Impatient);
        return await act(client);
    }
}
