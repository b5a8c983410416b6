using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Admin;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Devices;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet admin devices list|drain|quarantine|readmit|reserve|open.</summary>
internal static class AdminDevices
{
    public static Command Create() => new("devices", "Devices in and out of service")
    {
        List(),
        Hold("drain", "Lets a device finish what it does and gives it nothing new", HoldKind.Drained, "benchfleet admin devices drain bench-07/cpu --reason \"new cooler\""),
        Hold("quarantine", "Takes a device out whose results are not trusted", HoldKind.Quarantined, "benchfleet admin devices quarantine bench-07/cpu --reason throttles"),
        Readmit(),
        Reserve(),
        Open(),
    };

    private static Argument<string> Name() => new("device") { Description = "Id of a device, or its name, or agent/name" };

    private static Command List()
    {
        var format = OutputOption.Create();
        var command = new Command("list", "Every device in one line, and whether it is in service") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.Admin.ListDevices(cancel), devices => Print(devices, parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet admin devices list");
    }

    private static Command Hold(string verb, string description, HoldKind kind, string example)
    {
        var name = Name();
        var reason = new Option<string>("--reason") { Description = "Why, for people", DefaultValueFactory = _ => "" };
        return Act(verb, description, name, (admin, parsed, cancel) =>
            admin.HoldDevice(parsed.GetValue(name)!, new HoldSubject(kind, parsed.GetValue(reason)!), cancel), example, reason);
    }

    private static Command Readmit()
    {
        var name = Name();
        return Act("readmit", "Puts a device back into service, with a clean record", name, (admin, parsed, cancel) =>
            admin.ReadmitDevice(parsed.GetValue(name)!, cancel), "benchfleet admin devices readmit bench-07/cpu");
    }

    private static Command Reserve()
    {
        var name = Name();
        var project = new Option<string>("--project") { Description = "The only project that gets it from now on", Required = true };
        return Act("reserve", "Keeps a device for one project", name, (admin, parsed, cancel) =>
            admin.ReserveDevice(parsed.GetValue(name)!, new ReserveDevice(parsed.GetValue(project)!), cancel),
            "benchfleet admin devices reserve bench-07/cpu --project vision", project);
    }

    private static Command Open()
    {
        var name = Name();
        return Act("open", "Opens a device to every project again", name, (admin, parsed, cancel) =>
            admin.OpenDevice(parsed.GetValue(name)!, cancel), "benchfleet admin devices open bench-07/cpu");
    }

    private static Command Act(
        string verb, string description, Argument<string> name, Func<AdminClient, ParseResult, CancellationToken, Task<ApiResult<DeviceServiceView>>> act,
        string example, params Option[] options)
    {
        var format = OutputOption.Create();
        var command = new Command(verb, description) { name, ServerOption.Instance, format };
        foreach (var option in options) command.Add(option);
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(act(client.Admin, parsed, cancel), device => Print([device], parsed.GetValue(format)))));
        return ExampleHelp.Give(command, example);
    }

    private static void Print(IReadOnlyList<DeviceServiceView> devices, OutputFormat format) => new Listing<DeviceServiceView>(devices,
    [
        ("Device", device => $"{device.Agent}/{device.Name}"), ("Class", device => device.Class), ("State", device => device.Online ? "online" : "offline"),
        ("Service", device => device.Hold?.ToString().ToLowerInvariant() ?? "in service"), ("Reason", device => device.Reason ?? ""), ("Kept for", device => device.ReservedFor ?? "all"),
        ("Health", device => device.Health.ToString().ToLowerInvariant()), ("Doing", device => device.Doing ?? Quantity.Missing), ("Id", device => device.Id.ToString()),
    ]).Print(format);
}
