namespace BenchFleet.Runner;

/// <summary>Lets tests see what a parent makes of a runner that dies or hangs; does nothing unless asked by the environment.</summary>
internal static class RehearsedFault
{
    public const string Variable = "BENCHFLEET_RUNNER_FAULT";

    public static void Happen()
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case "abort":
                Environment.FailFast("rehearsed abort");
                break;
            case "hang":
                using (var never = new ManualResetEventSlim()) never.Wait();
                break;
            case "exit":
                Console.Error.WriteLine("rehearsed exit");
                Environment.Exit(3);
                break;
            default:
                break;
        }
    }
}
