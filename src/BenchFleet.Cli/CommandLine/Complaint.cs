namespace BenchFleet.Cli.CommandLine;

/// <summary>One line on stderr and an exit code: how every command ends when something is wrong.</summary>
internal static class Complaint
{
    public static int Say(int exitCode, string sentence)
    {
        Console.Error.WriteLine("benchfleet: " + sentence.ReplaceLineEndings(" "));
        return exitCode;
    }
}
