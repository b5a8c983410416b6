using System.CommandLine;
using BenchFleet.Cli.CommandLine;

namespace BenchFleet.Cli.Tests;

public sealed class HelpTests
{
    private static IEnumerable<(string Path, Command Command)> Verbs(Command command, string path = "") =>
        command.Subcommands.Count == 0 ? [(path, command)] : command.Subcommands.SelectMany(child => Verbs(child, $"{path} {child.Name}".Trim()));

    [Fact]
    public void Every_verb_that_was_promised_is_there()
    {
        string[] promised =
        [
            "demo", "up", "agent", "run", "sweep submit", "sweep list", "sweep show", "sweep watch", "sweep cancel", "models add", "models list", "models show",
            "datasets add", "datasets list", "datasets show", "devices", "leaderboard", "compress", "inspect", "doctor",
            "admin projects create", "admin projects set", "admin projects list", "admin keys create", "admin keys list", "admin keys revoke", "admin tokens create", "admin tokens list",
            "admin agents list", "admin agents drain", "admin agents readmit", "admin agents revoke", "admin devices list", "admin devices drain",
            "admin devices quarantine", "admin devices readmit", "admin devices reserve", "admin devices open", "admin queue", "admin leases", "admin audit", "admin prune",
        ];

        Assert.Empty(promised.Except(Verbs(Program.Root()).Select(verb => verb.Path)));
    }

    [Fact]
    public void Every_verb_has_a_description_and_an_example()
    {
        Assert.All(Verbs(Program.Root()), verb =>
        {
            Assert.NotEmpty(verb.Command.Description!);
            Assert.Contains("benchfleet " + verb.Path, ExampleHelp.Of(verb.Command), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_option_and_argument_says_what_it_is()
    {
        var symbols = Verbs(Program.Root()).SelectMany(verb => verb.Command.Options.Cast<Symbol>().Concat(verb.Command.Arguments));

        Assert.All(symbols, symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), symbol.Name));
    }

    [Fact]
    public void The_documented_exit_codes_are_the_code_s()
    {
        var page = File.ReadAllText(Path.Combine(TestSupport.TestData.Repository!, "docs", "cli.md"));

        var codes = typeof(ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!);

        Assert.All(codes, code => Assert.Contains($"| {code} |", page, StringComparison.Ordinal));
    }
}
