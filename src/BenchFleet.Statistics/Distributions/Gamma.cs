namespace BenchFleet.Statistics;

/// <summary>Log-gamma and the regularised incomplete gamma functions.</summary>
/// <remarks>
/// Log-gamma: Stirling's series after shifting the argument to 10 or more (Abramowitz and Stegun 6.1.40), good to about 1e-15 relative.
/// Incomplete gamma: power series below a + 1, modified Lentz continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
/// </remarks>
public static class Gamma
{
    private const double HalfLogTwoPi = 0.91893853320467274178;
    private const double SmallestScale = 1e-300;
    private const int MaximumTerms = 100_000;

    /// <summary>ln Gamma(x) for x &gt; 0.</summary>
    public static double Log(double x)
    {
        if (!(x > 0)) throw new ArgumentOutOfRangeException(nameof(x), x, "Log-gamma is only defined here for positive arguments.");
        var shift = 1.0;
        while (x < 10)
        {
            shift *= x;
            x += 1;
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260 + square * (-1.0 / 1680
            + square * (1.0 / 1188 + square * (-691.0 / 360360 + square * (1.0 / 156 - square * 3617.0 / 122400)))))));
        return (x - 0.5) * Math.Log(x) - x + HalfLogTwoPi + series - Math.Log(shift);
    }

    /// <summary>P(a, x), the lower regularised incomplete gamma function.</summary>
    public static double LowerRegularised(double a, double x) => x < a + 1 ? Series(a, x) : 1 - Fraction(a, x);

    /// <summary>Q(a, x) = 1 - P(a, x), accurate in the far tail.</summary>
    public static double UpperRegularised(double a, double x) => x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);

    private static double Series(double a, double x)
    {
        if (x <= 0) return 0;
        var term = 1 / a;
        var sum = term;
        for (var k = 1; k < MaximumTerms && term > sum * 1e-17; k++)
        {
            term *= x / (a + k);
            sum += term;
        }

        return sum * Math.Exp(a * Math.Log(x) - x - Log(a));
    }

    private static double Fraction(double a, double x)
    {
        var b = x + 1 - a;
        var c = 1 / SmallestScale;
        var d = 1 / b;
        var result = d;
        for (var k = 1; k < MaximumTerms; k++)
        {
            var factor = -k * (k - a);
            b += 2;
            d = 1 / NotZero(factor * d + b);
            c = NotZero(b + factor / c);
            var step = c * d;
            result *= step;
            if (Math.Abs(step - 1) < 1e-16) break;
        }

        return result * Math.Exp(a * Math.Log(x) - x - Log(a));
    }

    private static double NotZero(double value) => Math.Abs(value) < SmallestScale ? SmallestScale : value;
}
