using System.CommandLine;

namespace BenchFleet.Cli.Output;

internal enum OutputFormat
{
    Table,
    Json,
    Csv,
}

internal static class OutputOption
{
    public static Option<OutputFormat> Create() => new("--format")
    {
        Description = "How to print: table (for people), json or csv (for programs)",
        HelpName = "table|json|csv",
        DefaultValueFactory = _ => OutputFormat.Table,
    };
}
