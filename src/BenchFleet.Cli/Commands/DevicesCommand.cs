using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Devices;

namespace BenchFleet.Cli.Commands;

internal static class DevicesCommand
{
    public static Command Create()
    {
        var format = OutputOption.Create();
        var command = new Command("devices", "Lists the devices the server knows, and what each is doing") { ServerOption.Instance, format };
        command.SetAction((parsed, cancel) => ServerOption.With(parsed, async client =>
            await Answer.Of(client.ListDevices(cancel), devices => new Listing<DeviceView>(devices,
            [
                ("Name", device => device.Name), ("Agent", device => device.Agent), ("Class", device => device.Class),
                ("State", device => device.Online ? "online" : "offline"), ("Doing", device => device.Doing ?? Quantity.Missing),
                ("Epoch", device => device.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Runtime", device => device.Facts.RuntimeVersion), ("Providers", device => string.Join(' ', device.Facts.Providers)),
            ]).Print(parsed.GetValue(format)))));
        return ExampleHelp.Give(command, "benchfleet devices --server http://127.0.0.1:5210");
    }
}
