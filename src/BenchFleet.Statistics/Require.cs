using System.Runtime.CompilerServices;

namespace BenchFleet.Statistics;

/// <summary>Argument checks with one sentence each: what was wrong, and what would be right.</summary>
internal static class Require
{
    public static void Probability(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && value < 1))
            throw new ArgumentOutOfRangeException(name, value, "A probability strictly between 0 and 1 is needed.");
    }

    public static void NotEmpty(ReadOnlySpan<double> values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        if (values.IsEmpty)
            throw new ArgumentException("At least one value is needed.", name);
    }

    public static void SameLength(int first, int second, string name)
    {
        if (first != second)
            throw new ArgumentException($"Both lists must have the same length; they have {first} and {second} values.", name);
    }

    public static void Positive(ReadOnlySpan<double> values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] > 0 && double.IsFinite(values[i])))
                throw new ArgumentException($"Value {i} is {values[i]}; a positive finite number is needed because logarithms are taken.", name);
        }
    }

    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, "A positive finite number is needed.");
    }
}
