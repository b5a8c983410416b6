using System.Globalization;
using BenchFleet.Storage.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks/BenchFleet.Storage.Benchmarks -- cost [ITEMS] | load [AGENTS] | scale [TRIALS]
var number = args is [_, var text] ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
switch (args)
{
    case ["cost", ..]:
        await Cost.Measure(number ?? 15_000);
        return 0;
    case ["load", ..]:
        await Load.Measure(number ?? 10_000);
        return 0;
    case ["scale", ..]:
        await Scale.Measure(number ?? 10_000_000);
        return 0;
    default:
        Console.Error.WriteLine("cost [ITEMS] | load [AGENTS] | scale [TRIALS]");
        return 2;
}
