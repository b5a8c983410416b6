namespace BenchFleet.Statistics;

/// <summary>The best place to split a series in two: the first index of the second part, and the energy distance Q there.</summary>
public readonly record struct Split(int Index, double Q);

/// <summary>
/// Q(tau) = n1 n2 / (n1 + n2) * (2 mean|x - y| - mean|x - x'| - mean|y - y'|), the within-part mean being 0 for a part of one value.
/// </summary>
/// <remarks>
/// Matteson and James (JASA 2014), exponent 1. Pair sums are kept up to date by two Fenwick trees over the ranks while the split moves, so
/// a search costs n log n instead of n^2 and a launch of 20,000 values can be classified in place.
/// </remarks>
public static class EDivisive
{
    /// <summary>Null when the series is too short for two parts of the least size. Ties go to the smaller index.</summary>
    public static Split? BestSplit(ReadOnlySpan<double> series, int leastPart = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leastPart, 1);
        var n = series.Length;
        if (n < 2 * leastPart) return null;

        var ranks = Ranks(series);
        var left = new RankedSums(n);
        var right = new RankedSums(n);
        double leftPairs = 0, rightPairs = 0, crossPairs = 0;
        for (var i = 0; i < n; i++)
        {
            rightPairs += right.DistancesFrom(ranks[i], series[i]);
            right.Add(ranks[i], series[i]);
        }

        Split? best = null;
        var rounding = 1e-12 * rightPairs;
        for (var tau = 1; tau <= n - leastPart; tau++)
        {
            var (rank, value) = (ranks[tau - 1], series[tau - 1]);
            right.Remove(rank, value);
            var toLeft = left.DistancesFrom(rank, value);
            var toRight = right.DistancesFrom(rank, value);
            left.Add(rank, value);
            leftPairs += toLeft;
            rightPairs -= toRight;
            crossPairs += toRight - toLeft;
            if (tau < leastPart) continue;

            double n1 = tau, n2 = n - tau;
            var q = n1 * n2 / n * (2 * crossPairs / (n1 * n2) - Within(leftPairs, n1) - Within(rightPairs, n2));
            if (best is null || q > best.Value.Q + rounding) best = new Split(tau, q);
        }

        return best;
    }

    private static double Within(double pairs, double n) => n > 1 ? 2 * pairs / (n * (n - 1)) : 0;

    private static int[] Ranks(ReadOnlySpan<double> series)
    {
        var sorted = series.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);
        var ranks = new int[order.Length];
        for (var rank = 0; rank < order.Length; rank++) ranks[order[rank]] = rank;
        return ranks;
    }

    /// <summary>A set of values by rank that answers "sum of distances to this value" in log n.</summary>
    private sealed class RankedSums(int size)
    {
        private readonly int[] _counts = new int[size + 1];
        private readonly double[] _sums = new double[size + 1];
        private int _count;
        private double _sum;

        public void Add(int rank, double value) => Change(rank, 1, value);

        public void Remove(int rank, double value) => Change(rank, -1, -value);

        public double DistancesFrom(int rank, double value)
        {
            var below = 0;
            var sumBelow = 0.0;
            for (var at = rank + 1; at > 0; at -= at & -at)
            {
                below += _counts[at];
                sumBelow += _sums[at];
            }

            return value * below - sumBelow + (_sum - sumBelow) - value * (_count - below);
        }

        private void Change(int rank, int count, double value)
        {
            _count += count;
            _sum += value;
            for (var at = rank + 1; at < _counts.Length; at += at & -at)
            {
                _counts[at] += count;
                _sums[at] += value;
            }
        }
    }
}
