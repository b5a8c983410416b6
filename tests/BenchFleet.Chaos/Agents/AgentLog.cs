using System.Text;
using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Chaos.Agents;

/// <summary>An outcome that was made, or what the server said of one.</summary>
/// <param name="Agent">What the server called the agent.</param>
/// <param name="Made">The outcome as it is sent; null in an answer.</param>
/// <param name="Answer">Committed, Already, Superseded, or the problem; null when it was made.</param>
internal sealed record LogEntry(Guid Agent, Guid Work, int Attempt, CommitWork? Made = null, string? Answer = null);

/// <summary>What an agent has made and what was acknowledged: a line each, on disk before anything else happens.</summary>
internal sealed class AgentLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly Dictionary<(Guid Work, int Attempt), LogEntry> _unanswered = [];

    private AgentLog(FileStream file, IEnumerable<LogEntry> known)
    {
        _file = file;
        foreach (var entry in known) Note(entry);
    }

    /// <summary>Made, by whatever process, and not answered.</summary>
    public IReadOnlyList<LogEntry> Unanswered
    {
        get
        {
            lock (_lock) return [.. _unanswered.Values];
        }
    }

    public static AgentLog Open(string path)
    {
        IReadOnlyList<LogEntry> known = File.Exists(path) ? Read(path) : [];
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        // Whatever a kill has cut off stands on a line of its own.
        file.Write("\n"u8);
        return new AgentLog(file, known);
    }

    /// <summary>The whole entries; a line that a kill has cut off is none.</summary>
    public static IReadOnlyList<LogEntry> Read(string path)
    {
        var entries = new List<LogEntry>();
        foreach (var line in File.ReadAllLines(path))
            if (line.EndsWith('#')) entries.Add(CanonicalJson.Read<LogEntry>(line[..^1]));
        return entries;
    }

    public void Write(LogEntry entry)
    {
        var line = Encoding.UTF8.GetBytes(CanonicalJson.Write(entry) + "#\n");
        lock (_lock)
        {
            _file.Write(line);
            _file.Flush(flushToDisk: true);
            Note(entry);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Note(LogEntry entry)
    {
        if (entry.Made is null) _unanswered.Remove((entry.Work, entry.Attempt));
        else _unanswered[(entry.Work, entry.Attempt)] = entry;
    }
}
