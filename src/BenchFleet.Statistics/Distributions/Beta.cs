namespace BenchFleet.Statistics;

/// <summary>The regularised incomplete beta function I_x(a, b).</summary>
/// <remarks>
/// Continued fraction by the modified Lentz method (Abramowitz and Stegun 26.5.8), on the side of the symmetry
/// I_x(a, b) = 1 - I_{1-x}(b, a) where it converges fast: about sqrt(max(a, b)) terms.
/// </remarks>
public static class Beta
{
    private const double SmallestScale = 1e-300;
    private const int MaximumTerms = 200_000;

    public static double Regularised(double x, double a, double b)
    {
        if (!(a > 0)) throw new ArgumentOutOfRangeException(nameof(a), a, "A positive shape is needed.");
        if (!(b > 0)) throw new ArgumentOutOfRangeException(nameof(b), b, "A positive shape is needed.");
        if (!(x > 0)) return 0;
        if (x >= 1) return 1;

        var front = Math.Exp(Gamma.Log(a + b) - Gamma.Log(a) - Gamma.Log(b) + a * Math.Log(x) + b * double.LogP1(-x));
        return x < (a + 1) / (a + b + 2)
            ? front * Fraction(x, a, b) / a
            : 1 - front * Fraction(1 - x, b, a) / b;
    }

    private static double Fraction(double x, double a, double b)
    {
        var c = 1.0;
        var d = 1 / NotZero(1 - (a + b) * x / (a + 1));
        var result = d;
        for (var m = 1; m < MaximumTerms; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / NotZero(1 + even * d);
            c = NotZero(1 + even / c);
            result *= d * c;

            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / NotZero(1 + odd * d);
            c = NotZero(1 + odd / c);
            var step = d * c;
            result *= step;
            if (Math.Abs(step - 1) < 3e-16) break;
        }

        return result;
    }

    private static double NotZero(double value) => Math.Abs(value) < SmallestScale ? SmallestScale : value;
}
