using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts;

public sealed class ArtifactStore(ArtifactStoreOptions options)
{
    public ArtifactStoreOptions Options { get; } = options;

    public ArtifactStatus Status(ContentHash hash) => throw new NotSupportedException();

    /// <param name="offset">Where this piece begins.</param>
    /// <param name="totalSize">Size of the whole artefact, bytes.</param>
    /// <param name="maxBytes">Largest piece that is taken, bytes.</param>
    public Task<AppendResult> Append(ContentHash hash, long offset, long totalSize, Stream content, long maxBytes, CancellationToken cancel) => throw new NotSupportedException();

    /// <param name="verify">Hash the content first: for callers that cannot verify it themselves.</param>
    public Task<OpenResult> Open(ContentHash hash, bool verify, CancellationToken cancel) => throw new NotSupportedException();
}
