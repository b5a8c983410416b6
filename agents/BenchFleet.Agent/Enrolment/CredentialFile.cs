using System.Text;
using BenchFleet.Core.Access;

namespace BenchFleet.Agent.Enrolment;

/// <summary>
/// The agent's credential on disk, which only its owner may read, and beside it the next one while the server is being told of it. A kill
/// at any moment leaves one that the server knows.
/// </summary>
internal sealed class CredentialFile(string folder)
{
    private readonly string _current = Path.Combine(folder, "credential");
    private readonly string _next = Path.Combine(folder, "credential.next");

    public Credential? Current => Read(_current);

    /// <summary>One that was made and not taken into use: the server may know it or not.</summary>
    public Credential? Pending => Read(_next);

    /// <summary>When the current one was taken into use.</summary>
    public DateTimeOffset Since => new(File.GetLastWriteTimeUtc(_current), TimeSpan.Zero);

    /// <summary>Written before the server hears of it.</summary>
    public Credential MakeNext()
    {
        var credential = Credential.Create(CredentialKind.Agent);
        File.Delete(_next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(_next, options);
        file.Write(Encoding.ASCII.GetBytes(credential.Reveal()));
        file.Flush(flushToDisk: true);
        return credential;
    }

    public void UseNext() => File.Move(_next, _current, overwrite: true);

    private static Credential? Read(string path) =>
        File.Exists(path) && Credential.Parse(File.ReadAllText(path).Trim()) is { Kind: CredentialKind.Agent } credential ? credential : null;
}
