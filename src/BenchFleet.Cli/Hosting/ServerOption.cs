using System.CommandLine;
using System.Security.Cryptography;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Contracts.Client;

namespace BenchFleet.Cli.Hosting;

/// <summary>Which server a verb talks to, and as whom.</summary>
internal static class ServerOption
{
    public const string DefaultAddress = "http://127.0.0.1:5210";
    public const string AddressVariable = "BENCHFLEET_SERVER";
    public const string TokenVariable = "BENCHFLEET_TOKEN";
    public const string AuthorityVariable = "BENCHFLEET_CA";

    // A person is waiting: two quick tries more, then the sentence that says who does not answer.
    private static readonly ResilienceSettings Impatient = ResilienceSettings.Default with { Retries = 2 };

    public static Option<string[]> Instance { get; } = new("--server")
    {
        Description = $"Address of the server (or {AddressVariable}), may be given again where it has several; a key or token is taken from {TokenVariable}, "
            + $"a PEM file of authorities to trust over https from {AuthorityVariable}",
        DefaultValueFactory = _ => (Environment.GetEnvironmentVariable(AddressVariable) ?? DefaultAddress).Split(',', StringSplitOptions.TrimEntries),
    };

    public static string? Token => Variable(TokenVariable);

    public static Task<int> With(ParseResult parsed, Func<BenchFleetClient, Task<int>> act) => With(parsed, act, Variable(AuthorityVariable), Impatient);

    /// <param name="authorities">PEM file, or null for what the operating system trusts.</param>
    public static async Task<int> With(ParseResult parsed, Func<BenchFleetClient, Task<int>> act, string? authorities, ResilienceSettings? settings)
    {
        var servers = new List<Uri>();
        foreach (var text in parsed.GetValue(Instance)!)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                return Complaint.Say(ExitCode.Usage, $"'{text}' is not the address of a server: something like {DefaultAddress} is expected.");
            servers.Add(address);
        }

        try
        {
            var trust = authorities is null ? null : Trust.Authorities(authorities);
            using var client = BenchFleetClient.Create(servers, Token, settings, trust: trust);
            return await act(client);
        }
        catch (Exception fault) when (fault is CryptographicException or FileNotFoundException && authorities is not null)
        {
            return Complaint.Say(ExitCode.Usage, $"'{authorities}' is no PEM file of certificates: {fault.Message}");
        }
    }

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
