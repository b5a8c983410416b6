using System.Collections.Immutable;
using System.Globalization;

namespace BenchFleet.Statistics;

/// <summary>
/// Compact letter display by insert-and-absorb (Piepho 2004): two items share a letter exactly when they are not separated.
/// </summary>
public static class CompactLetters
{
    /// <summary>
    /// One string of letters per item; columns are ordered by their members, so items given best to worst read a, ab, bc, c.
    /// </summary>
    public static ImmutableArray<string> For(int items, IEnumerable<(int First, int Second)> separated)
    {
        var columns = new List<SortedSet<int>> { new(Enumerable.Range(0, items)) };
        foreach (var (first, second) in separated)
        {
            var split = new List<SortedSet<int>>();
            foreach (var column in columns)
            {
                if (!column.Contains(first) || !column.Contains(second))
                {
                    split.Add(column);
                    continue;
                }

                split.Add([.. column.Where(item => item != first)]);
                split.Add([.. column.Where(item => item != second)]);
            }

            columns = Absorb(split);
        }

        columns.Sort(ByMembers);
        return [.. Enumerable.Range(0, items).Select(item =>
            string.Concat(columns.Select((column, at) => column.Contains(item) ? Letter(at) : "")))];
    }

    private static List<SortedSet<int>> Absorb(List<SortedSet<int>> columns)
    {
        var kept = new List<SortedSet<int>>();
        foreach (var column in columns.OrderByDescending(column => column.Count))
        {
            if (!kept.Exists(column.IsSubsetOf)) kept.Add(column);
        }

        return kept;
    }

    private static int ByMembers(SortedSet<int> left, SortedSet<int> right)
    {
        foreach (var (a, b) in left.Zip(right))
        {
            if (a != b) return a.CompareTo(b);
        }

        return left.Count.CompareTo(right.Count);
    }

    // After z comes (27): a board with that many letters is past reading, but must not fail.
    private static string Letter(int column) =>
        column < 26 ? ((char)('a' + column)).ToString() : string.Create(CultureInfo.InvariantCulture, $"({column + 1})");
}
