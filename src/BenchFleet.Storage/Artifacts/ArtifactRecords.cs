using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts;

/// <param name="Root">Folder of the store; made when it is not there.</param>
/// <param name="MaxBytes">Largest artefact, bytes. Default 64 GiB.</param>
public sealed record ArtifactStoreOptions(string Root, long MaxBytes = 64L << 30);

/// <param name="Offset">Bytes that are safely stored; an upload goes on from here.</param>
/// <param name="Complete">Its hash was verified and it can be opened.</param>
public sealed record ArtifactStatus(long Offset, bool Complete);

/// <summary>What became of a piece of an upload.</summary>
public abstract record AppendResult
{
    private AppendResult() { }

    /// <summary>Stored; more is expected from <paramref name="Offset"/>.</summary>
    public sealed record Stored(long Offset) : AppendResult;

    /// <summary>All of it is there and its hash was verified, now or before.</summary>
    public sealed record Completed(long SizeBytes) : AppendResult;

    /// <summary>The piece does not begin where the stored part ends: go on from <paramref name="Offset"/>.</summary>
    public sealed record WrongOffset(long Offset) : AppendResult;

    /// <summary>Somebody else is sending the same artefact just now: ask for its status later.</summary>
    public sealed record Busy(long Offset) : AppendResult;

    /// <summary>All bytes came, but they are not those of the hash. The partial upload was deleted.</summary>
    public sealed record Corrupt(ContentHash Actual) : AppendResult;

    /// <summary>More bytes than announced or allowed.</summary>
    public sealed record TooLarge(long MaxBytes) : AppendResult;

    /// <summary>What fitted is kept; the upload can go on when there is room.</summary>
    public sealed record DiskFull(long Offset) : AppendResult;
}

public abstract record OpenResult
{
    private OpenResult() { }

    /// <summary>The caller disposes of the stream, which can be read from any place.</summary>
    public sealed record Opened(Stream Content, long SizeBytes) : OpenResult;

    public sealed record Missing : OpenResult;

    /// <summary>Found by verification; the artefact was set aside, so that it can be sent again.</summary>
    public sealed record Corrupt(ContentHash Actual) : OpenResult;
}
