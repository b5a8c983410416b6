namespace BenchFleet.Chaos.Faults;

/// <summary>How the network treats a request: the parts of all that are lost, whose answer is lost, that come twice, and that come late.</summary>
internal sealed record Weather(double Lost, double AnswerLost, double Twice, double Late)
{
    public static Weather Usual { get; } = new(0.01, 0.01, 0.01, 0.01);

    public static Weather Storm { get; } = new(0.15, 0.15, 0.15, 0.15);

    /// <summary>Nothing comes through, in either direction.</summary>
    public static Weather Cut { get; } = new(1, 0, 0, 0);
}
