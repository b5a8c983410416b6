using System.Diagnostics;
using System.Globalization;
using BenchFleet.Onnx.Tests;
using BenchFleet.TestSupport;

namespace BenchFleet.Onnx.Benchmarks;

/// <summary>
/// Damaged forms of all small models of the test data folder, in turn; a larger one now and then. What the tests do with some thousands,
/// for as long as wanted.
/// </summary>
internal static class Fuzzing
{
    private const int SmallBytes = 4096;
    private const int LargeEvery = 100;
    private const long ReportEvery = 1_000_000;

    public static int Run(long count, int seed)
    {
        if (TestData.SkipReason is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        var originals = TestData.Files("onnx-backend-tests", "*.onnx").Select(file => File.ReadAllBytes(TestData.Path(file))).ToList();
        var (small, large) = (originals.Where(bytes => bytes.Length <= SmallBytes).ToList(), originals.Where(bytes => bytes.Length > SmallBytes).ToList());
        Console.WriteLine($"{small.Count} models of at most {SmallBytes} bytes, {large.Count} larger ones, seed {seed}");
        var random = new Random(seed);
        var (accepted, faults, start) = (0L, 0L, Stopwatch.GetTimestamp());
        for (var i = 0L; i < count; i++)
        {
            var of = i % LargeEvery == 0 ? large[(int)(i / LargeEvery % large.Count)] : small[(int)(i % small.Count)];
            var bytes = Mutation.Of(of, random);
            try
            {
                if (Mutation.Use(bytes)) accepted++;
            }
#pragma warning disable CA1031 // Whatever comes but a refusal is what is looked for.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                var path = $"fuzz-{seed}-{i}.onnx";
                File.WriteAllBytes(path, bytes);
                Console.WriteLine($"{path}: {fault.GetType().Name}: {fault.Message}{Environment.NewLine}{fault.StackTrace}");
                faults++;
            }

            if ((i + 1) % ReportEvery == 0 || i + 1 == count) Report(i + 1);
        }

        return faults == 0 ? 0 : 1;

        void Report(long done) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done:N0} damaged models, {accepted:N0} of them accepted, {faults:N0} faults, {Stopwatch.GetElapsedTime(start).TotalSeconds:N0} s"));
    }
}
