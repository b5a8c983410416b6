using System.Net;

namespace BenchFleet.Cluster.Tests;

public sealed class ClusterSettingsTests
{
    private static readonly ClusterSettings Sound = new("Host=db");

    public static TheoryData<string, ClusterSettings> Unsound => new()
    {
        { "PostgreSQL", Sound with { Database = "" } },
        { "name", Sound with { Name = "" } },
        { "wildcard", Sound with { Silo = new IPEndPoint(IPAddress.Any, 0) } },
        { "probe", Sound with { LongestProbe = TimeSpan.FromMilliseconds(1) } },
        { "missed", Sound with { MissedProbes = 1 } },
        { "vote", Sound with { Votes = 0 } },
    };

    [Fact]
    public void The_defaults_are_sound()
    {
        Assert.Null(Sound.Refuse());
    }

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Unsound_settings_are_refused_in_a_sentence(string about, ClusterSettings settings)
    {
        Assert.Contains(about, settings.Refuse(), StringComparison.Ordinal);
    }
}
