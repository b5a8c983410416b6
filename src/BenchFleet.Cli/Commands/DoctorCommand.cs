using System.CommandLine;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Output;
using BenchFleet.Measurement.Devices;
using BenchFleet.Server;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet doctor: what this machine can do, and why not the rest.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var database = new Option<string?>("--database") { Description = "Also try this PostgreSQL connection string" };
        var format = OutputOption.Create();
        var command = new Command("doctor", "Says what this machine can measure: providers, instruction sets, energy, adb, database") { database, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var tried = await DatabaseProbe.Try(parsed.GetValue(database), cancel);
            var checks = Doctor.ExamineThisMachine().Add(new DoctorCheck("database", tried.Works ? DoctorStatus.Ok : DoctorStatus.Missing, tried.Finding));
            new Listing<DoctorCheck>(checks,
            [
                ("Check", check => check.Name), ("Status", check => check.Status.ToString().ToLowerInvariant()), ("Found", check => check.Finding), ("Advice", check => check.Advice ?? ""),
            ]).Print(parsed.GetValue(format));
            // Only a missing runtime or runner keeps BenchFleet from working at all.
            return checks.Any(check => check is { Status: DoctorStatus.Missing, Name: "runtime" or "runner" or "database" }) ? ExitCode.Failed : ExitCode.Ok;
        });
        return ExampleHelp.Give(command, "benchfleet doctor --database \"Host=localhost;Username=benchfleet\"");
    }
}
