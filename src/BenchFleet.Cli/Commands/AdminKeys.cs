using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin keys create|list|revoke.</summary>
internal static class AdminKeys
{
    public static Command Create() => new("keys", "Keys of people and programs, each for one project and role") { New(), List(), Revoke() };

    private static Command New()
    {
        var project = new Option<string>("--project") { Description = "What it opens", DefaultValueFactory = _ => "default" };
        var role = new Option<Role>("--role") { Description = "What it may do there", HelpName = "viewer|submitter|operator|admin", DefaultValueFactory = _ => Role.Viewer };
        var name = new Option<string>("--name") { Description = "Whose it is, what it is for", Required = true };
        var days = new Option<double?>("--days") { Description = "Days until it expires; default: never" };
        var format = OutputOption.Create();
        var command = new Command("create", "Makes a key and prints it, this once") { project, role, name, days, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client => await Answer.Of(
            client.Admin.CreateKey(new CreateKey(parsed.GetValue(project)!, parsed.GetValue(role), parsed.GetValue(name)!, parsed.GetValue(days)), cancel),
            key => new Listing<KeyCreated>([key],
            [
                ("Id", created => created.Id.ToString()), ("Key", created => created.Key), ("Expires", created => Moment.Text(created.ExpiresAt)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin keys create --project vision --role submitter --name ci --days 90");
    }

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every key in one line, newest first; the keys themselves are not kept") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ListKeys(cancel), keys => Print(keys, parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin keys list");
    }

    private static Command Revoke()
    {
        var id = new Argument<Guid>("key") { Description = "Id of a key, as 'benchfleet admin keys list' prints it" };
        var format = OutputOption.Create();
        var command = new Command("revoke", "Ends a key at once") { id, ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.RevokeKey(parsed.GetValue(id), cancel), key => Print([key], parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin keys revoke 6f9c2f6e-...");
    }

    private static void Print(IReadOnlyList<KeyView> keys, OutputFormat format) => new Listing<KeyView>(keys,
    [
        ("Id", key => key.Id.ToString()), ("Project", key => key.Project), ("Role", key => key.Role.ToString().ToLowerInvariant()), ("Name", key => key.Name),
        ("Created", key => Moment.Text(key.CreatedAt)), ("Expires", key => Moment.Text(key.ExpiresAt)), ("Revoked", key => Moment.Text(key.RevokedAt)),
        ("Last used", key => Moment.Text(key.LastUsedAt)),
    ]).Print(format);
}
