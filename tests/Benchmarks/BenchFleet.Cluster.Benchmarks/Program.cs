using BenchFleet.Cluster.Benchmarks;
using static System.Globalization.CultureInfo;

// dotnet run -c Release --project tests/Benchmarks/BenchFleet.Cluster.Benchmarks -- gaps [REPEATS] [FAULT ...]
switch (args)
{
    case ["gaps"]:
        await Gaps.Measure(3, Gaps.Faults);
        return 0;
    case ["gaps", var repeats]:
        await Gaps.Measure(int.Parse(repeats, InvariantCulture), Gaps.Faults);
        return 0;
    case ["gaps", var repeats, .. var faults]:
        await Gaps.Measure(int.Parse(repeats, InvariantCulture), faults);
        return 0;
    default:
        Console.Error.WriteLine($"gaps [REPEATS] [{string.Join(" | ", Gaps.Faults)} ...]");
        return 2;
}
