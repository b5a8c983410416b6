using BenchFleet.Core.Devices;
using BenchFleet.Scheduling.Policy;
using BenchFleet.TestSupport;

namespace BenchFleet.Scheduling.Tests.Policy;

public sealed class DeviceBreakerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("f", DeviceHealth.Suspect)]
    [InlineData("ff", DeviceHealth.Suspect)]
    [InlineData("fff", DeviceHealth.Quarantined)]
    [InlineData("ffsff", DeviceHealth.Suspect)]
    [InlineData("fs", DeviceHealth.Healthy)]
    [InlineData("fffp", DeviceHealth.Probation)]
    [InlineData("fffps", DeviceHealth.Probation)]
    [InlineData("fffpss", DeviceHealth.Healthy)]
    [InlineData("fffpsf", DeviceHealth.Quarantined)]
    [InlineData("fffs", DeviceHealth.Quarantined)]
    public void A_device_is_as_healthy_as_its_history(string history, DeviceHealth expected)
    {
        var device = history.Aggregate(DeviceCondition.Fresh, (device, happened) => happened switch
        {
            'f' => DeviceBreaker.Failed(device, Now),
            's' => DeviceBreaker.Succeeded(device, Now),
            _ => DeviceBreaker.At(device, Now + DeviceBreaker.Pause),
        });

        Assert.Equal(expected, device.Health);
    }

    [Fact]
    public void A_quarantine_lasts_its_pause()
    {
        var device = new DeviceCondition(DeviceHealth.Quarantined, 0, Now);

        Assert.Equal(device, DeviceBreaker.At(device, Now + DeviceBreaker.Pause - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void The_documented_health_of_devices_is_the_code_s()
    {
        var conditions = Enum.GetValues<DeviceHealth>().SelectMany(health => Enumerable.Range(0, DeviceBreaker.MaxStrikes).Select(strikes => new DeviceCondition(health, strikes, Now)));
        var moves = new Dictionary<string, Func<DeviceCondition, DeviceCondition>>
        {
            ["success"] = device => DeviceBreaker.Succeeded(device, Now),
            ["failure"] = device => DeviceBreaker.Failed(device, Now),
            ["the pause of 10 minutes is over"] = device => DeviceBreaker.At(device, Now + TimeSpan.FromMinutes(10)),
        };
        var coded = conditions.SelectMany(device => moves.Where(move => move.Value(device) != device)
            .Select(move => $"{device.Health} {move.Key} {move.Value(device).Health}")).Distinct();

        var documented = DocumentedStates.Rows("## Device health").Select(row => $"{row[0]} {row[1].Split(',')[0]} {row[2]}").Distinct();

        Assert.Equal(coded.Order(), documented.Order());
    }
}
