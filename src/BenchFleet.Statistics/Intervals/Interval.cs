namespace BenchFleet.Statistics;

/// <summary>A closed range of plausible values.</summary>
public readonly record struct Interval(double Lower, double Upper)
{
    public double Width => Upper - Lower;

    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>True when this whole interval lies inside the open range from lower to upper.</summary>
    public bool IsInside(double lower, double upper) => Lower > lower && Upper < upper;

    internal Interval Exp() => new(Math.Exp(Lower), Math.Exp(Upper));
}
