namespace BenchFleet.Contracts.Artifacts;

/// <summary>How much of an artefact has arrived. An upload goes on from <paramref name="Offset"/>, whoever sent the first part.</summary>
/// <param name="Complete">Its hash was verified and it can be downloaded.</param>
public sealed record UploadStatus(long Offset, bool Complete);
