using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>Somebody has shown to have this content, or it belongs to a variant: see <see cref="Artifacts.ArtifactOwner"/>.</summary>
internal sealed class ArtifactOwnerRow
{
    public required ContentHash Hash { get; set; }
    public required string Owner { get; set; }
}

internal sealed class ArtifactOwnerMapping : IEntityTypeConfiguration<ArtifactOwnerRow>
{
    public void Configure(EntityTypeBuilder<ArtifactOwnerRow> table)
    {
        table.ToTable("artifact_owners");
        table.HasKey(row => new { row.Hash, row.Owner }).HasName("pk_artifact_owners");
        table.Property(row => row.Hash).HasColumnName("hash");
        table.Property(row => row.Owner).HasColumnName("owner");
    }
}
