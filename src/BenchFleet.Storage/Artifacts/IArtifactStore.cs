using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts;

/// <summary>
/// Contents by their hash: in a folder, or in an S3 bucket. What is complete was verified, and never changes; uploads come in pieces and go
/// on where they stopped, whichever node takes the next piece.
/// </summary>
public interface IArtifactStore
{
    /// <summary>How much of a content there is. Asking for a complete one counts as a use of it.</summary>
    /// <param name="claimant">
    /// Somebody who has not shown yet to have this content: what others have uploaded of it does not count, and its own pieces lie in a
    /// place of their own. Null looks at what there is.
    /// </param>
    Task<ArtifactStatus> Status(ContentHash hash, ArtifactOwner? claimant, CancellationToken cancel);

    /// <summary>Adds a piece. Whatever arrived before a broken connection stays, and the upload goes on from there.</summary>
    /// <param name="offset">Where this piece begins.</param>
    /// <param name="totalSize">Size of the whole artefact, bytes.</param>
    /// <param name="maxBytes">Largest piece that is taken, bytes.</param>
    /// <param name="claimant">As for <see cref="Status"/>: it has to send every byte, even of what is there.</param>
    Task<AppendResult> Append(
        ContentHash hash, long offset, long totalSize, Stream content, long maxBytes, CancellationToken cancel, ArtifactOwner? claimant = null);

    /// <param name="verify">Hash the content first: for callers that cannot verify it themselves.</param>
    Task<OpenResult> Open(ContentHash hash, bool verify, CancellationToken cancel);

    /// <summary>Every complete content.</summary>
    IAsyncEnumerable<StoredArtifact> List(CancellationToken cancel);

    /// <summary>Deletes a content that was not used since; false when it was, or is not there.</summary>
    Task<bool> DeleteUnused(ContentHash hash, DateTimeOffset since, CancellationToken cancel);

    /// <summary>Deletes uploads that nobody has gone on with since; answers how many.</summary>
    Task<int> DeleteAbandoned(DateTimeOffset since, CancellationToken cancel);
}

/// <param name="UsedAt">When it was stored, or last asked for.</param>
public sealed record StoredArtifact(ContentHash Hash, long SizeBytes, DateTimeOffset UsedAt);
