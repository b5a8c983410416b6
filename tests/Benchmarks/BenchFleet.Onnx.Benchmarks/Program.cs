using System.Diagnostics;
using System.Globalization;
using BenchFleet.Onnx.Benchmarks;

// Each measurement runs in a fresh process of this program, so that its peak memory is its own:
//   <no arguments>      makes the files, runs all measurements interleaved, prints the table
//   measure WHAT PATH   one measurement; prints "nanoseconds peakBytes"
//   fuzz COUNT [SEED]   so many damaged models through the codec, in this process; every fault leaves its bytes as a file
if (args is ["measure", var what, var path])
{
    Console.WriteLine(Measurement.Run(what, path));
    return 0;
}

if (args is ["fuzz", var count, .. var seed])
    return Fuzzing.Run(long.Parse(count, CultureInfo.InvariantCulture), seed is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 1);

const int Rounds = 7;
var folder = Directory.CreateTempSubdirectory("benchfleet-onnx-bench-");
try
{
    var large = LargeModel.Create(Path.Combine(folder.FullName, "large.onnx"));
    var deep = LargeModel.CreateDeep(Path.Combine(folder.FullName, "deep.onnx"));
    string[][] plan =
    [
        ["index", large], ["index-cold", large], ["stock-parse", large], ["sum", large], ["save", large],
        ["index", deep], ["stock-parse", deep], ["shapes", deep], ["save", deep],
    ];
    var results = plan.ToDictionary(item => string.Join(' ', item[0], Path.GetFileName(item[1])), _ => new List<(double Ms, double Mb)>());
    for (var round = 0; round < Rounds; round++)
    {
        foreach (var item in plan)
            results[string.Join(' ', item[0], Path.GetFileName(item[1]))].Add(Child(item[0], item[1]));
    }

    Console.WriteLine($"large.onnx: {new FileInfo(large).Length >> 20} MiB, 8 weights.");
    Console.WriteLine($"deep.onnx: {new FileInfo(deep).Length >> 10} KiB, 40,000 nodes.");
    Console.WriteLine($"Median (lowest) of {Rounds} fresh processes, all measurements interleaved.");
    Console.WriteLine("measurement               ms (lowest)       peak MiB    ratio to index");
    foreach (var (name, values) in results)
    {
        var index = results["index " + name.Split(' ')[1]];
        var (ms, mb) = (Median(values.Select(value => value.Ms)), Median(values.Select(value => value.Mb)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-22} {ms,9:F1} ({values.Min(value => value.Ms):F1}) {mb,12:F1} {ms / Median(index.Select(value => value.Ms)),20:F2}"));
    }
}
finally
{
    folder.Delete(recursive: true);
}

return 0;

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

static (double Ms, double Mb) Child(string what, string path)
{
    string[] arguments = ["measure", what, path];
    var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
    using var child = Process.Start(start)!;
    var parts = child.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
    child.WaitForExit();
    return (double.Parse(parts[0], CultureInfo.InvariantCulture) / 1e6, double.Parse(parts[1], CultureInfo.InvariantCulture) / (1 << 20));
}
