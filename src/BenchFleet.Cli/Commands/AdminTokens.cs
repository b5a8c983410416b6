using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin tokens create|list.</summary>
internal static class AdminTokens
{
    public static Command Create() => new("tokens", "One-time tokens that let agents in") { New(), List() };

    private static Command New()
    {
        var name = new Option<string>("--name") { Description = "Which machine it is for", Required = true };
        var hours = new Option<double>("--hours") { Description = "Hours until it expires", DefaultValueFactory = _ => 24 };
        var format = OutputOption.Create();
        var command = new Command("create", "Makes a token that lets one agent in, and prints it, this once") { name, hours, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client => await Answer.Of(
            client.Admin.CreateToken(new CreateToken(parsed.GetValue(name)!, parsed.GetValue(hours)), cancel),
            token => new Listing<TokenCreated>([token],
            [
                ("Id", created => created.Id.ToString()), ("Token", created => created.Token), ("Expires", created => Moment.Text(created.ExpiresAt)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin tokens create --name bench-07 --hours 2");
    }

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every token in one line, and whom it let in") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ListTokens(cancel), tokens => new Listing<TokenView>(tokens,
            [
                ("Id", token => token.Id.ToString()), ("Name", token => token.Name), ("Created", token => Moment.Text(token.CreatedAt)),
                ("Expires", token => Moment.Text(token.ExpiresAt)), ("Used", token => Moment.Text(token.UsedAt)), ("By", token => token.UsedBy ?? Quantity.Missing),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin tokens list");
    }
}
