using BenchFleet.Cli.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks/BenchFleet.Cli.Benchmarks -- startup | aa [REPEATS] [MODEL]
switch (args)
{
    case ["empty"]:
        return 0; // what the runtime itself costs
    case ["startup"]:
        await Startup.Measure();
        return 0;
    case ["aa", .. var rest]:
        await SameModel.Measure(rest is [var n, ..] ? int.Parse(n, System.Globalization.CultureInfo.InvariantCulture) : 10, rest is [_, var model, ..] ? model : null);
        return 0;
    default:
        Console.Error.WriteLine("startup | aa [REPEATS] [MODEL]");
        return 2;
}
