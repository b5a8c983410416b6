namespace BenchFleet.Agent;

/// <summary>Tells whether a sentence is another than the last one: a server that is away for a night is a line in the log, not ten thousand.</summary>
internal sealed class News
{
    private string? _last;

    public bool Is(string sentence)
    {
        if (sentence == _last) return false;
        _last = sentence;
        return true;
    }

    /// <summary>Whatever it was is over; should it come again, it is news.</summary>
    public void Over() => _last = null;
}
