namespace BenchFleet.TestSupport;

/// <summary>The tables of docs/states.md, for tests that compare them with the code.</summary>
public static class DocumentedStates
{
    /// <param name="section">The heading, with its marks.</param>
    public static IEnumerable<string[]> Rows(string section)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "BenchFleet.sln"))) folder = Path.GetDirectoryName(folder)!;
        return File.ReadLines(Path.Combine(folder, "docs", "states.md"))
            .SkipWhile(line => line != section).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
