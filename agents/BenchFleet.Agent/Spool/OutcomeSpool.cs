using System.Text;
using System.Text.Json;
using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Agent.Spool;

/// <summary>An outcome with everything that delivers it, even by the next process of the agent.</summary>
/// <param name="Agent">What the server called the agent when it leased the work.</param>
internal sealed record SpooledOutcome(Guid Agent, CommitWork Commit);

/// <summary>
/// Outcomes that the server has not acknowledged, a file each. A file has its name only when its bytes are on disk, so that a kill or a power cut at any
/// moment leaves whole outcomes or none.
/// </summary>
internal sealed class OutcomeSpool
{
    private const string Ending = ".outcome.json";

    private readonly string _folder;
    private readonly string _aside;

    public OutcomeSpool(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _aside = Path.Combine(folder, "undeliverable");
        foreach (var partial in Directory.GetFiles(_folder, "*.partial")) File.Delete(partial);
    }

    public void Put(SpooledOutcome outcome)
    {
        var path = PathOf(outcome);
        var partial = path + ".partial";
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.UTF8.GetBytes(CanonicalJson.Write(outcome)));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
        DurableFolder.Flush(_folder);
    }

    /// <summary>What waits, oldest first. A file that is no outcome is set aside: it must not block the ones behind it.</summary>
    public IReadOnlyList<SpooledOutcome> Waiting()
    {
        var waiting = new List<SpooledOutcome>();
        foreach (var path in Directory.GetFiles(_folder, "*" + Ending).OrderBy(File.GetLastWriteTimeUtc)
            .ThenBy(path => path, StringComparer.Ordinal))
        {
            try
            {
                waiting.Add(CanonicalJson.Read<SpooledOutcome>(File.ReadAllText(path)));
            }
            catch (JsonException)
            {
                SetAside(path);
            }
        }

        return waiting;
    }

    public void Delete(SpooledOutcome outcome) => File.Delete(PathOf(outcome));

    /// <summary>Keeps an outcome that the server will never take, for a person to look at.</summary>
    public void SetAside(SpooledOutcome outcome) => SetAside(PathOf(outcome));

    private void SetAside(string path)
    {
        Directory.CreateDirectory(_aside);
        if (File.Exists(path)) File.Move(path, Path.Combine(_aside, Path.GetFileName(path)), overwrite: true);
    }

    private string PathOf(SpooledOutcome outcome) => Path.Combine(_folder, $"{outcome.Commit.Work:N}-{outcome.Commit.Attempt}{Ending}");
}
