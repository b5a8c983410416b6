using BenchFleet.Core.Hashing;
using BenchFleet.Core.Text;
using Spectre.Console;

namespace BenchFleet.Cli.Output;

/// <summary>Rows of text under headings, and the objects they were made from: one thing printed three ways.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Items, IReadOnlyList<(string Heading, Func<T, string> Cell)> Columns)
{
    public void Print(OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(Items, CanonicalJson.Readable));
                break;
            case OutputFormat.Csv:
                Console.Out.WriteLine(Csv.Line(Columns.Select(column => column.Heading)));
                foreach (var item in Items) Console.Out.WriteLine(Csv.Line(Columns.Select(column => column.Cell(item))));
                break;
            default:
                PrintTable();
                break;
        }
    }

    private void PrintTable()
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (heading, _) in Columns) table.AddColumn(new TableColumn(Markup.Escape(heading)));
        foreach (var item in Items) table.AddRow([.. Columns.Select(column => Markup.Escape(column.Cell(item)))]);
        Terminal.Out.Write(table);
    }
}
