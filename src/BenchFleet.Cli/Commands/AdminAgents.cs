using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Devices;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin agents list|drain|readmit|revoke.</summary>
internal static class AdminAgents
{
    public static Command Create() => new("agents", "Machines that do the work")
    {
        List(),
        One("drain", "Lets an agent finish what it does and gives it nothing new", (admin, name, reason, cancel) =>
            admin.HoldAgent(name, new HoldSubject(HoldKind.Drained, reason), cancel), "benchfleet admin agents drain bench-07 --reason \"new memory\""),
        One("readmit", "Gives a drained agent work again", (admin, name, _, cancel) => admin.ReadmitAgent(name, cancel), "benchfleet admin agents readmit bench-07", reasoned: false),
        One("revoke", "Ends an agent's credential at once", (admin, name, _, cancel) => admin.RevokeAgent(name, cancel), "benchfleet admin agents revoke bench-07", reasoned: false),
    };

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every agent in one line") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ListAgents(cancel), agents => Print(agents, parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin agents list");
    }

    private static Command One(
        string verb, string description, Func<AdminClient, string, string, CancellationToken, Task<ApiResult<AgentView>>> act, string example, bool reasoned = true)
    {
        var name = new Argument<string>("agent") { Description = "Name or id of an agent" };
        var reason = new Option<string>("--reason") { Description = "Why, for people", DefaultValueFactory = _ => "" };
        var format = OutputOption.Create();
        var command = new Command(verb, description) { name, ServerOption.Instance, format };
        if (reasoned) command.Add(reason);
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client => await Answer.Of(
            act(client.Admin, parsed.GetValue(name)!, reasoned ? parsed.GetValue(reason)! : "", cancel), agent => Print([agent], parsed.GetValue(format)))));
        return ExampleHelp.Give(command, example);
    }

    private static void Print(IReadOnlyList<AgentView> agents, OutputFormat format) => new Listing<AgentView>(agents,
    [
        ("Name", agent => agent.Name), ("State", agent => agent.Draining ? "draining" : agent.Online ? "online" : "offline"), ("Version", agent => agent.Version),
        ("Last seen", agent => Moment.Text(agent.LastSeen)), ("Enrolled", agent => Moment.Text(agent.EnrolledAt)), ("Revoked", agent => Moment.Text(agent.RevokedAt)),
        ("Id", agent => agent.Id.ToString()),
    ]).Print(format);
}
