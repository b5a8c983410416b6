using BenchFleet.Runner;

// BenchFleet.Runner                 reads a launch from standard input, and ends when that is closed
// BenchFleet.Runner --spec FILE     reads it from a file
// BenchFleet.Runner --probe         prints what this machine is
using var protocol = new ProtocolWriter(Console.OpenStandardOutput());
return args switch
{
    [] => Runner.MeasureFromInput(protocol),
    ["--spec", var file] => Runner.MeasureFromFile(file, protocol),
    ["--probe"] => Runner.Probe(protocol),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: BenchFleet.Runner [--spec FILE | --probe]; without arguments a launch is read from standard input");
    return ExitCode.Usage;
}
